import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import { UnknownEvent } from '../../eventSourcing/event.ts';
import type { Generation, View } from '../../eventSourcing/view.ts';
import { present, type Clock } from '../clock.ts';
import { forEachOf } from '../forEachOf.ts';
import { AheadOfStore } from '../history.ts';
import type { Log } from '../log.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import type { FeedViews, ViewPart } from '../subscriptions/handleMessages.ts';
import { beginPatience, type Patience } from '../subscriptions/patience.ts';
import type { Delivery, Failed } from '../subscriptions/readBatch.ts';
import { allFed, fedBy, inState, resume, stall, type Alias } from './alias.ts';
import type { Generations, Misses } from './generations.ts';
import { BrokenRow } from './ports.ts';
import { FoldFailed, rowOf, type Applied, type Projector } from './projector.ts';

/** The most rows that a store takes in one request. */
const rowsAtOnce = 100;

type Options = {
  readonly projector: Projector;
  readonly generations: Generations;
  readonly clock: Clock;
  readonly log: Log;
  readonly pause: (attempt: number) => Promise<void>;
  /**
   * How long the feeder waits for an event that the event store does not have. Then the app parks the message; should the store
   * have the event later, the reconciler folds it.
   */
  readonly aheadPatienceMs?: number;
  /** How long the feeder tries to write a view before it sets the view aside. */
  readonly viewPatienceMs?: number;
};

/**
 * Folds events into every generation of each view that the app feeds, the views side by side. Before it writes anything, it marks
 * each generation of the subscription's views as missed that this program cannot feed. It sets a view aside whose store takes no
 * writes: while a view is `stalled`, batches are completed without it, and each tries one of its rows; the reconciler, which never
 * passes commits by that it could not compare with a view, brings it in what it missed.
 */
export const createFeeder = (options: Options): FeedViews => {
  const { generations, clock, log, pause, viewPatienceMs = 5_000 } = options;
  /** The views of which a row is being tried. */
  const tried = new Set<string>();

  const setAside = async (view: View, failure: unknown, patience: Patience): Promise<void> => {
    const reason = failure instanceof Error ? failure.message : String(failure);
    log(failure instanceof ServiceUnavailable ? 'warn' : 'error', `Set the view ${view.name} aside: ${reason}`);
    const stalled = { since: present(clock), reason };
    const alias = await patience.retry(() => generations.change(view, (now) => stall(now, stalled)));
    const building = inState(alias, 'building');
    if (building) await patience.retry(() => generations.miss([{ view: view.name, ids: [building] }]));
  };

  /** Takes the view up again once one of its rows can be written. Nobody waits for it. */
  const tryRow = async ({ view, deliveries }: ViewPart, alias: Alias): Promise<void> => {
    const [first] = followedBy(view, deliveries);
    if (!first || tried.has(view.name)) return;
    tried.add(view.name);
    try {
      const ofRow = deliveries.filter(({ event }) => event.aggregateId === first.event.aggregateId);
      await feedView(options, view, alias, ofRow, beginPatience({ clock, pause, patienceMs: 0 }));
      await generations.change(view, resume);
      log('info', `Took the view ${view.name} up again`);
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) log('error', `${view.name} cannot be fed: ${String(error)}`);
    } finally {
      tried.delete(view.name);
    }
  };

  return async (subscription, parts, patience) => {
    // Read the aliases only now, after hearing of the events: see Generations.
    const aliases = await patience.retry(() => generations.all(parts.map(({ view }) => view)));
    const misses = aliases.flatMap((alias) => {
      const part = parts.find(({ view }) => view.name === alias.view);
      return part || alias.subscription === subscription ? [missesOf(alias, part)] : [];
    });
    await patience.retry(() => generations.miss(misses));

    const failed = await Promise.all(
      parts.map(async (part): Promise<readonly (Failed & { readonly listener: string })[]> => {
        const { view, deliveries } = part;
        const alias = aliases.find((each) => each.view === view.name);
        if (!alias || deliveries.length === 0) return [];
        if (alias.stalled) {
          void tryRow(part, alias);
          return [];
        }
        try {
          const viewPatience = beginPatience({ clock, pause, patienceMs: viewPatienceMs });
          const ofLive = await feedView(options, view, alias, deliveries, viewPatience);
          return ofLive.map((each) => ({ ...each, listener: view.name }));
        } catch (error) {
          // A bug as well: given back, the batch would use up all of its deliveries, and with them those of the other views.
          await setAside(view, error, patience);
          return [];
        }
      }),
    );
    return failed.flat();
  };
};

/** The generations of a view that this program cannot feed with the batch: `part` is undefined where it has no code for the view. */
const missesOf = (alias: Alias, part: ViewPart | undefined): Misses => {
  const { view } = alias;
  if (!part || part.hasUnknown) return { view, ids: allFed(alias) };
  const building = alias.stalled && inState(alias, 'building');
  return { view, ids: [...fedBy(part.view, alias).unknown, ...(building ? [building] : [])] };
};

/**
 * Feeds one view; returns the deliveries that its live generation cannot fold. Marks any other generation that cannot fold an event as
 * having missed it, and the live one, too, where the event store has an event of newer code before one of them.
 */
const feedView = async (
  options: Options,
  view: View,
  alias: Alias,
  deliveries: readonly Delivery[],
  patience: Patience,
): Promise<readonly Failed[]> => {
  const failedLive: Failed[] = [];
  for (const { generation, id } of fedBy(view, alias).fed) {
    const failed = await feed(options, generation, deliveries, patience);
    const isLive = id.state === 'live';
    const ofOldCode = failed.filter(({ failure }) => failure instanceof UnknownEvent);
    if (isLive) failedLive.push(...failed.filter((each) => !ofOldCode.includes(each)));
    if (ofOldCode.length > 0 || (!isLive && failed.some(({ failure }) => !(failure instanceof AheadOfStore)))) {
      await patience.retry(() => options.generations.miss([{ view: view.name, ids: [id] }]));
    }
  }
  return failedLive;
};

/** Returns the deliveries that cannot be folded. */
const feed = async (
  options: Options,
  generation: Generation,
  deliveries: readonly Delivery[],
  patience: Patience,
): Promise<readonly Failed[]> => {
  const { byRow, failed } = groupByRow(generation, deliveries);
  await forEachOf(byRow, rowsAtOnce, async ([key, ofRow]) => {
    try {
      const events = ofRow.map(({ event }) => event);
      const { positions, failures } = await apply(options, generation, key, events, patience);
      for (const { message, event } of ofRow) {
        const failure = failures.get(event.aggregateId);
        if (failure && event.version > (positions[event.aggregateId] ?? 0)) failed.push({ message, failure });
      }
    } catch (error) {
      if (!isBrokenRow(error)) throw error;
      failed.push(...ofRow.map(({ message }) => ({ message, failure: error })));
    }
  });
  return failed;
};

/** The deliveries of each row, and those of which the view cannot tell the row. */
const groupByRow = (generation: Generation, deliveries: readonly Delivery[]) => {
  const byRow = new Map<string, Delivery[]>();
  const failed: Failed[] = [];
  for (const delivery of followedBy(generation, deliveries)) {
    try {
      const key = rowOf(generation, delivery.event);
      const ofRow = byRow.get(key);
      if (ofRow) ofRow.push(delivery);
      else byRow.set(key, [delivery]);
    } catch (error) {
      if (!(error instanceof FoldFailed)) throw error;
      failed.push({ message: delivery.message, failure: error });
    }
  }
  return { byRow, failed };
};

/** Tries again for a while where events are missing from the event store. */
const apply = async (
  { projector, aheadPatienceMs = 2_000 }: Options,
  generation: Generation,
  key: string,
  events: readonly RecordedEvent[],
  patience: Patience,
): Promise<Applied> => {
  for (let attempt = 1; ; attempt += 1) {
    const applied = await patience.retry(() => projector.apply(generation, key, events), isBrokenRow);
    const isAhead = [...applied.failures.values()].some((failure) => failure instanceof AheadOfStore);
    if (!isAhead || !(await patience.waitWithin(aheadPatienceMs, attempt))) return applied;
  }
};

/** A replay also sends events for which the subscription has no rule, and a new subscription gets all until its rules are there. */
const followedBy = ({ follows }: Pick<View, 'follows'>, deliveries: readonly Delivery[]): readonly Delivery[] =>
  deliveries.filter(({ event }) => follows.includes(event.aggregate));

const isBrokenRow = (error: unknown): error is BrokenRow => error instanceof BrokenRow;
