import { createHash } from 'node:crypto';
import type { FreshRow, Position } from '../../application/queries/freshRows.ts';
import type { Answer } from './answer.ts';
import { badRequest, notFound, problem } from './problem.ts';

type About = {
  /** A hash of the body unless given. */
  readonly etag?: string;
  readonly source?: 'view' | 'events';
  /** How old the oldest part of the answer is, if a cache gave any of it. */
  readonly ageMs?: number;
};

/** Describes the header of an answer that names its source. */
export const sourceHeader = {
  'Daybook-Source': '"view", or "events" if the app folded events that the view did not have yet',
};

/** 200 with an ETag, or 304 if the caller already has this answer. */
export const answerQuery = (
  body: object,
  ifNoneMatch: string | undefined,
  { etag = hashOf(body), source, ageMs }: About = {},
): Answer => {
  const headers = {
    etag,
    ...(source && { 'daybook-source': source }),
    ...(ageMs !== undefined && { age: String(Math.floor(ageMs / 1_000)) }),
  };
  return matches(ifNoneMatch, etag) ? { status: 304, headers } : { status: 200, headers, body };
};

const hashOf = (body: object): string =>
  `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22)}"`;

/** RFC 9110 compares If-None-Match weakly. */
const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((candidate) => ['*', etag].includes(candidate.trim().replace(/^W\//, ''))) ?? false;

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
