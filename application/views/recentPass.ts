import { z } from 'zod';
import { instant, type Commit } from '../../eventSourcing/commit.ts';
import { readOrBeginAnew, type ChangeFeed, type UnreadableCommit } from '../changeFeed.ts';
import { keptIn, type Checkpoints } from '../checkpoints.ts';
import { instantOf, present, type Clock } from '../clock.ts';
import { forEachOf } from '../forEachOf.ts';
import type { Log } from '../log.ts';
import type { Comparison } from './comparison.ts';
import type { Standing } from './ports.ts';
import type { Found, Stand } from './stand.ts';

const checkpointName = 'reconciler';
/** Where the first run begins, which has no checkpoint. */
const startMs = 10 * 60_000;
const aggregatesAtOnce = 16;
/** The checkpoint has room for so many aggregates. Where more are undecided, a view is away, and the pass leaves the checkpoint as it is. */
const maximumUndecided = 500;
const smallPage = 100;

export type RecentOptions = {
  readonly changeFeed: ChangeFeed;
  readonly checkpoints: Checkpoints;
  /** The version at which earlier passes of this instance found an aggregate in step with all views. */
  readonly inStep: { get(aggregateId: string): number | undefined; set(aggregateId: string, version: number): void };
  readonly clock: Clock;
  readonly log: Log;
};

const undecided = z.object({ aggregateId: z.string(), aggregate: z.string(), version: z.int(), since: instant });
type Undecided = z.infer<typeof undecided>;
/** `position`: everything before it was compared with all views, but for the undecided. */
const recentState = z.object({ position: z.string(), undecided: z.array(undecided) });

/**
 * Compares with all views what was committed since the run before, page by page of the change feed. A page takes a read of the feed,
 * a point read for each aggregate and view, and a write of the checkpoint.
 *
 * The checkpoint says where the feed was compared, and which aggregates of that part are undecided: some view did not have their
 * newest events within the grace yet, or was away. The next pass looks at them first. (A position that stopped before the first
 * of them would not do: it is one for all partitions, and the busiest of them would hold the others up.)
 */
export const beginRecentPass = async (options: RecentOptions, comparison: Comparison) => {
  const { checkpoints, clock } = options;
  const checkpoint = await checkpoints.load(checkpointName);
  const before = keptIn(recentState, checkpoint);
  const pass = createPass(options, comparison, before?.undecided ?? []);
  let etag = checkpoint?.etag;
  /** Undefined once the undecided would no longer fit, or another instance has saved: then the pass compares, and saves nothing. */
  let saved: string | undefined = checkpoint?.position ?? '';

  const save = async (position: string): Promise<void> => {
    const waiting = pass.undecided();
    if (saved === undefined || waiting.length > maximumUndecided) {
      saved = undefined;
      return;
    }
    const next = JSON.stringify({ position, undecided: waiting });
    if (next === saved) return;
    const written = await checkpoints.save(checkpointName, next, etag);
    if (written === 'conflict') saved = undefined;
    else [saved, etag] = [next, written.etag];
  };

  let position: string | undefined = before?.position;
  return {
    /** Compares until the feed has no more that is older than the pass; false where the time was over before. */
    async run(deadline: number): Promise<boolean> {
      const begun = present(clock);
      await pass.compareUndecided(deadline);
      for (let isAtEnd = false; !isAtEnd;) {
        if (clock.now() >= deadline) return false;
        const page = await readFrom(options, position);
        const { commits } = page;
        if (!(await pass.compare(foundOn(commits, options.log), deadline))) return false;
        position = page.position;
        await save(position);
        // At its tail the feed comes in small pages, and need not end.
        const isTail =
          commits.length < smallPage && commits.some((one) => 'occurredAt' in one && one.occurredAt > begun);
        isAtEnd = page.end || isTail;
      }
      return true;
    },
    /** Looks again at what was undecided, since most of it was under way; returns how the views stand. */
    async end(deadline: number): Promise<Standing> {
      await pass.compareUndecided(deadline);
      if (position !== undefined) await save(position);
      return pass.standing();
    },
  };
};

/** Compares aggregates, and keeps account of them. */
const createPass = ({ inStep, clock }: RecentOptions, comparison: Comparison, before: readonly Undecided[]) => {
  const undecidedById = new Map(before.map((each) => [each.aggregateId, each]));
  const behind = new Map<string, Map<string, Extract<Stand, { is: 'behind' }>>>();
  const looked = new Set<string>();
  let more = false;

  const compareOne = async (found: Found): Promise<void> => {
    const { aggregateId, aggregate, version } = found;
    const since = found.commits?.[0]?.occurredAt ?? present(clock);
    let isDecided = true;
    let reached = Infinity;
    for (const view of comparison.following(aggregate)) {
      const stand = await comparison.compare(view, found);
      const ofView = behind.get(view.name) ?? new Map<string, Extract<Stand, { is: 'behind' }>>();
      behind.set(view.name, ofView);
      if (stand.is === 'behind') ofView.set(aggregateId, stand);
      else if (stand.is !== 'unknown') ofView.delete(aggregateId);
      if (stand.is === 'unknown') more = true;
      if (stand.is === 'unknown' || stand.is === 'behind') isDecided = false;
      reached = Math.min(reached, stand.is === 'inStep' ? stand.position : 0);
    }
    if (reached >= version && reached < Infinity) inStep.set(aggregateId, reached);
    if (isDecided) undecidedById.delete(aggregateId);
    else undecidedById.set(aggregateId, { aggregateId, aggregate, version, since });
  };

  /** False where the time was over before all were compared. */
  const compare = async (all: readonly Found[], deadline: number): Promise<boolean> => {
    let isCompared = true as boolean;
    await forEachOf(all, aggregatesAtOnce, async (found) => {
      looked.add(found.aggregateId);
      if ((inStep.get(found.aggregateId) ?? 0) >= found.version) undecidedById.delete(found.aggregateId);
      else if (clock.now() < deadline) await compareOne(withEarlier(found, undecidedById.get(found.aggregateId)));
      else isCompared = false;
    });
    more ||= !isCompared;
    return isCompared;
  };

  return {
    compare,
    compareUndecided: (deadline: number) => compare([...undecidedById.values()].map(foundIn), deadline),
    undecided: (): readonly Undecided[] => [...undecidedById.values()],
    standing: (): Standing => ({
      at: present(clock),
      behind: Object.fromEntries([...behind].flatMap(([view, ofView]) => sumOf(view, [...ofView.values()]))),
      aggregates: looked.size,
      more,
    }),
  };
};

const sumOf = (view: string, all: readonly Extract<Stand, { is: 'behind' }>[]) => {
  const oldest = all.map((each) => each.oldest).toSorted()[0];
  if (oldest === undefined) return [];
  return [[view, { events: all.reduce((sum, { events }) => sum + events, 0), oldest }] as const];
};

const readFrom = ({ changeFeed, clock, log }: RecentOptions, position: string | undefined) => {
  const from = clock.now() - startMs;
  return readOrBeginAnew(changeFeed, position ?? from, {
    from,
    onLost: (reason) => log('warn', `The reconciler begins with what is recent: ${reason}`),
  });
};

const foundIn = ({ since, ...found }: Undecided): Found => ({
  ...found,
  commits: [{ version: found.version, occurredAt: since }],
});

/** Keeps in mind since when an aggregate has been undecided. */
const withEarlier = (found: Found, earlier: Undecided | undefined): Found =>
  earlier
    ? {
        ...found,
        version: Math.max(earlier.version, found.version),
        commits: [{ version: earlier.version, occurredAt: earlier.since }, ...(found.commits ?? [])],
      }
    : found;

/** The part of an unreadable commit by which the pass finds the views that lack it. */
const unreadableCommit = z.object({
  aggregateId: z.string(),
  aggregate: z.string(),
  version: z.int().min(1),
  occurredAt: instant.catch(instantOf(0)),
});

/** The aggregates on a page of the feed, each with its commits there. */
const foundOn = (commits: readonly (Commit | UnreadableCommit)[], log: Log): readonly Found[] => {
  const known = commits.flatMap((commit) => {
    if (!('unreadable' in commit)) return [commit];
    const found = unreadableCommit.safeParse(commit.document).data;
    if (!found) log('error', `The reconciler passes over a document of the event store: ${commit.unreadable}`);
    return found ?? [];
  });
  return [...Map.groupBy(known, ({ aggregateId }) => aggregateId)].flatMap(([aggregateId, own]) => {
    const last = own.at(-1);
    return last ? [{ aggregateId, aggregate: last.aggregate, version: last.version, commits: own }] : [];
  });
};
