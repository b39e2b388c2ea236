import { readMessage } from '../../domain/message.ts';
import { UnreadableEvent } from '../../domain/event.ts';
import type { RecordedEvent } from '../../domain/commit.ts';
import type { Projection } from '../../projections/projection.ts';
import { fedBy } from '../views/alias.ts';
import { forEachOf } from '../forEachOf.ts';
import type { Generations } from '../views/generations.ts';
import { AheadOfStore, type Applied, type Projector } from '../views/projector.ts';
import { BrokenRow } from '../views/ports.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Origin, Parking } from './ports.ts';

/** A message as it was received, not yet checked. */
export type ReceivedMessage = Origin & { readonly body: unknown };

type Options = {
  readonly projector: Projector;
  readonly generations: Generations;
  readonly parking: Pick<Parking, 'park'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly pause: (attempt: number) => Promise<void>;
  /** How long transient failures are retried before the batch is given back: half the lock, which is five minutes. */
  readonly patienceMs?: number;
  /**
   * How long an event is waited for that the event store does not have. After it the message is parked: should the event
   * come to be there after all, the reconciler folds it.
   */
  readonly aheadPatienceMs?: number;
};

type Failed = { readonly message: ReceivedMessage; readonly failure: Error };

/**
 * Folds a batch of messages into every generation of a projection that is fed. A message that can never be folded into the
 * live one is parked with its reason and holds nobody up; one of an aggregate that is not followed is passed over. Throws
 * whatever else stands in the way when patience ran out: the whole batch is to be delivered again.
 */
export const createMessageHandler =
  ({ projector, generations, parking, clock, log, pause, patienceMs = 150_000, aheadPatienceMs = 2_000 }: Options) =>
  async (projection: Projection, messages: readonly ReceivedMessage[]): Promise<void> => {
    const begun = clock.now();

    /** Whatever it is, nobody is helped by a hundred deliveries in a few seconds. */
    const patiently = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await work();
        } catch (error) {
          if (error instanceof BrokenRow || clock.now() >= begun + patienceMs) throw error;
          await pause(attempt);
        }
      }
    };

    /** Once more for a while, where events are missing from the event store. */
    const apply = async (generation: Projection, key: string, events: readonly RecordedEvent[]): Promise<Applied> => {
      for (let attempt = 1; ; attempt += 1) {
        const applied = await patiently(() => projector.apply(generation, key, events));
        const waits = [...applied.failures.values()].some((failure) => failure instanceof AheadOfStore);
        if (!waits || clock.now() >= begun + aheadPatienceMs) return applied;
        await pause(attempt);
      }
    };

    const park = (message: ReceivedMessage, { message: reason }: Error): Promise<void> => {
      log('error', `Parked message ${message.messageId} of ${projection.name}: ${reason}`, {
        message: message.messageId,
        subscription: projection.name,
      });
      return patiently(() => parking.park(projection.name, { ...message, reason }));
    };

    const readable: { message: ReceivedMessage; event: RecordedEvent }[] = [];
    for (const message of messages) {
      try {
        readable.push({ message, event: readMessage(message.body) });
      } catch (error) {
        if (!(error instanceof UnreadableEvent)) throw error;
        await park(message, error);
      }
    }

    /** Returns the messages that cannot be folded. */
    const feed = async (generation: Projection): Promise<readonly Failed[]> => {
      const failed: Failed[] = [];
      // A replay sends what the subscription has no rule for, and so does a topic whose rules are not there yet.
      const followed = readable.filter(({ event }) => generation.aggregates.includes(event.aggregate));
      const byRow = Map.groupBy(followed, ({ event }) => generation.rowOf(event));
      await forEachOf(byRow, rowsAtOnce, async ([key, ofRow]) => {
        try {
          const events = ofRow.map(({ event }) => event);
          const { positions, failures } = await apply(generation, key, events);
          for (const { message, event } of ofRow) {
            const failure = failures.get(event.aggregateId);
            if (failure && event.version > (positions[event.aggregateId] ?? 0)) failed.push({ message, failure });
          }
        } catch (error) {
          if (!(error instanceof BrokenRow)) throw error;
          failed.push(...ofRow.map(({ message }) => ({ message, failure: error })));
        }
      });
      return failed;
    };

    // Only now, after the events were heard of: see Generations.
    const { fed, unknown } = fedBy(projection, await patiently(() => generations.current(projection)));
    await patiently(() => generations.miss(projection, unknown));
    for (const { generation, id } of fed) {
      const failed = await feed(generation);
      if (id.state === 'live') {
        for (const { message, failure } of failed) await park(message, failure);
      } else if (failed.some(({ failure }) => !(failure instanceof AheadOfStore))) {
        await patiently(() => generations.miss(projection, [id]));
      }
    }
  };

/** As many as a store takes in one request, where it can. */
const rowsAtOnce = 100;
