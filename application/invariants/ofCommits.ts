import { z } from 'zod';
import { instant, type Commit } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import { readKept } from '../checkpoints.ts';
import { commitOfEvent } from '../commands/commitOfEvent.ts';
import { present, type Clock } from '../clock.ts';
import type { EventStore } from '../eventStore.ts';
import type { FeedPage, FeedPages, FeedStart } from '../feed/ports.ts';
import type { Breach, Invariant } from './invariants.ts';

/** A pass looks at as many pages of new commits, and at one page of a round over all of them. */
const newPages = 4;
const pageSize = 100;

const round = z.object({ position: z.string(), begun: instant, looked: z.int() });
/** Where the pass goes on among new commits, and in its round over all. */
const places = z.object({
  newest: z.string(),
  /** Until when it has looked at all new commits; undefined before it has. */
  newestUntil: instant.optional(),
  round: round.optional(),
  lastRound: z.object({ begun: instant, looked: z.int() }).optional(),
});
type Places = z.infer<typeof places>;

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
  readonly feedPages: FeedPages;
  readonly eventStore: Pick<EventStore, 'commitAt' | 'commitWith'>;
  readonly clock: Clock;
  readonly claimsIn: (commit: Commit) => readonly Claim[];
  readonly detailOf: (claim: Claim) => string;
};

/**
 * Looks up what events claim of the events of other aggregates: of new commits from its first pass on, and of all in rounds. A pass takes
 * up to six reads of the feed, and for each claim on those pages a point read, and a query where no commit begins at that version.
 */
export const invariantOfCommits = ({ name, feedPages, eventStore, clock, claimsIn, detailOf }: Options): Invariant => {
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
  /** The page after a position; from `start` on where there is none, or where it is of another store, such as one before a restore. */
  const pageAfter = async (position: string | undefined, start: FeedStart): Promise<FeedPage> => {
    const page = await feedPages.read(position ?? (await feedPages.begin(start)), pageSize);
    if (typeof page === 'object') return page;
    if (position === undefined) throw new Error(`The feed refuses its own position: ${page}`);
    return pageAfter(undefined, start);
  };

  const lookAtNew = async (before: Places | undefined, breaches: Breach[]) => {
    let newest = before?.newest;
    for (let pages = 0; pages < newPages; pages += 1) {
      const now = present(clock);
      const page = await pageAfter(newest, 'now');
      breaches.push(...(await breachesOn(page.commits)));
      newest = page.position;
      if (page.end) return { newest, newestUntil: now };
    }
    return { newest: newest ?? '', newestUntil: before?.newestUntil };
  };

  const lookAtAll = async (before: Places | undefined, breaches: Breach[]) => {
    const { position, begun, looked } = before?.round ?? { position: undefined, begun: present(clock), looked: 0 };
    const page = await pageAfter(position, 'first');
    breaches.push(...(await breachesOn(page.commits)));
    const now = { begun, looked: looked + page.commits.length };
    if (page.end) return { lastRound: now };
    return { round: { ...now, position: page.position }, ...(before?.lastRound && { lastRound: before.lastRound }) };
  };

  return {
    name,
    async look(from) {
      const before = readKept(places, from);
      const breaches: Breach[] = [];
      const after: Places = { ...(await lookAtNew(before, breaches)), ...(await lookAtAll(before, breaches)) };
      return { breaches, next: JSON.stringify(after), progress: progressIn(after) };
    },
    async lookAgain(key) {
      const [aggregateId = '', version = 0] = JSON.parse(key) as [string?, number?];
      const commit = await commitWith({ aggregateId, version });
      const claim = commit && claimsIn(commit).find((each) => each.version === version);
      return claim && breachOf(claim);
    },
  };
};

/** How far it has looked, for operators. */
const progressIn = ({ newestUntil, round: current, lastRound }: Places): string => {
  const parts = [
    newestUntil === undefined ? 'it is behind the new commits' : `it has looked at new commits until ${newestUntil}`,
    ...(lastRound ? [`at all ${lastRound.looked} commits in a round that began at ${lastRound.begun}`] : []),
    ...(current ? [`at ${current.looked} of all commits in the round that began at ${current.begun}`] : []),
  ];
  return parts.join('; ');
};
