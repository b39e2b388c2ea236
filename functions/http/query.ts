import { createHash } from 'node:crypto';
import type { FreshRow, Position } from '../../application/queries/freshRows.ts';
import type { Answer } from './answer.ts';
import { matchesWeakly, versionedTag } from './entityTags.ts';
import { badRequest, notFound, problem } from './problem.ts';

type About = {
  /** Of the one aggregate that the answer shows: its commands take the answer's ETag as `If-Match`. */
  readonly version?: number;
  readonly source?: 'view' | 'events';
  /** How old the oldest part of the answer is, if a cache gave any of it. */
  readonly ageMs?: number;
};

/** Describes the header of an answer that names its source. */
export const sourceHeader = {
  'Daybook-Source': '"view", or "events" if the app folded events that the view did not have yet',
};

export const versionedETag = {
  ETag: 'The version, "-" and a hash: changes when anything in the answer does; commands take it as If-Match',
};

/** 200 with an ETag, or 304 if the caller already has this answer. */
export const answerQuery = (
  body: object,
  ifNoneMatch: string | undefined,
  { version, source, ageMs }: About = {},
): Answer => {
  const tag = version === undefined ? hashOf(body) : versionedTag(version, hashOf(body));
  const headers = {
    etag: `"${tag}"`,
    ...(source && { 'daybook-source': source }),
    ...(ageMs !== undefined && { age: String(Math.floor(ageMs / 1_000)) }),
  };
  return matchesWeakly(ifNoneMatch, tag) ? { status: 304, headers } : { status: 200, headers, body };
};

const hashOf = (body: object): string =>
  createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22);

/** The answer to a query if the view has no row to show. */
export const answerWithoutRow = (row: Exclude<FreshRow<unknown>, { source: unknown }>): Answer => {
  switch (row.found) {
    case 'unknown':
      return notFound();
    case 'notReached':
      return problem('VersionNotReached', { detail: `Version ${text(row.position)} does not exist yet.` });
    case 'foreign':
      return badRequest({
        pointer: '/query/atLeast',
        message: `${text(row.position)} is not a position of this aggregate`,
      });
  }
};

const text = ({ aggregateId, version }: Position) => `${aggregateId}:${version}`;
