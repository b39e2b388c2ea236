import { z } from 'zod';
import type { Commit } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import { readOrBeginAnew, type ChangeFeed } from '../changeFeed.ts';
import { readKept } from '../checkpoints.ts';
import { commitOfEvent } from '../commands/commitOfEvent.ts';
import type { EventStore } from '../eventStore.ts';
import type { Breach, Invariant } from './invariants.ts';

/** A pass looks at as many pages of new commits, and at one page of a round over all of them. */
const newPages = 4;
const pageSize = 100;

/** Where the pass goes on among new commits, and in its round over all. */
const places = z.object({ newest: z.string().optional(), round: z.string().optional() });

/** An event that claims to answer an event of another aggregate. */
export type Claim = {
  /** Names the claim, and is how to find it again. */
  readonly aggregateId: string;
  readonly version: number;
  readonly of: { readonly aggregateId: string; readonly version: number };
  /** Whether the commit has the event that the claim says. */
  readonly isIn: (commit: Commit) => boolean;
};

type Options = {
  readonly name: string;
  readonly changeFeed: ChangeFeed;
  readonly eventStore: Pick<EventStore, 'commitAt' | 'readPast'>;
  readonly claimsIn: (commit: Commit) => readonly Claim[];
  readonly detailOf: (claim: Claim) => string;
};

/**
 * Looks up what events claim of the events of other aggregates. A pass takes up to six reads of the change feed, and for each claim on
 * those pages a point read, and a query where no commit begins at that version.
 */
export const invariantOfCommits = ({ name, changeFeed, eventStore, claimsIn, detailOf }: Options): Invariant => {
  /** Undefined where there is none, or nobody can read it. */
  const commitWith = async ({ aggregateId, version }: Claim['of']): Promise<Commit | undefined> => {
    try {
      return await commitOfEvent(eventStore, aggregateId, version);
    } catch (error) {
      if (error instanceof UnreadableEvent) return undefined;
      throw error;
    }
  };
  const breachOf = async (claim: Claim): Promise<Breach | undefined> => {
    const commit = await commitWith(claim.of);
    if (commit && claim.isIn(commit)) return undefined;
    return { key: JSON.stringify([claim.aggregateId, claim.version]), detail: detailOf(claim) };
  };
  const breachesOn = async (commits: readonly (Commit | { readonly unreadable: string })[]): Promise<Breach[]> => {
    const breaches: Breach[] = [];
    for (const claim of commits.flatMap((commit) => ('unreadable' in commit ? [] : claimsIn(commit)))) {
      const breach = await breachOf(claim);
      if (breach) breaches.push(breach);
    }
    return breaches;
  };
  const read = (position: string | undefined) => readOrBeginAnew(changeFeed, position, { pageSize });

  return {
    name,
    async look(from) {
      const before = readKept(places, from);
      let newest = before?.newest;
      const breaches: Breach[] = [];
      for (let pages = 0, isAtEnd = false; pages < newPages && !isAtEnd; pages += 1) {
        const page = await read(newest);
        breaches.push(...(await breachesOn(page.commits)));
        newest = page.position;
        isAtEnd = page.end;
      }
      const further = await read(before?.round);
      const page = further.end ? await read(undefined) : further;
      breaches.push(...(await breachesOn(page.commits)));
      return { breaches, next: JSON.stringify({ newest, round: page.position }) };
    },
    async lookAgain(key) {
      const [aggregateId = '', version = 0] = JSON.parse(key) as [string?, number?];
      const commit = await commitWith({ aggregateId, version });
      const claim = commit && claimsIn(commit).find((each) => each.version === version);
      return claim && breachOf(claim);
    },
  };
};
