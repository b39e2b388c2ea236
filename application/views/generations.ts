import type { Generation, View } from '../../eventSourcing/view.ts';
import { present, type Clock } from '../clock.ts';
import type { EventStore } from '../eventStore.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import { updateUntilWritten } from '../updateUntilWritten.ts';
import { answering, inState, markMissed, type Alias, type BuildId } from './alias.ts';
import type { Aliases } from './ports.ts';

/** How old the alias may be by which a query chooses its generation, as long as no generation is being built. */
export const recentMs = 2_000;

/** All throw ServiceUnavailable. */
export type Generations = {
  /**
   * The alias as it is now. Whoever writes an event asks for it after hearing of the event: a generation then gets every event
   * that was committed after the app began to feed it, and the job compares it with all heads for those committed before.
   */
  current(view: View): Promise<Alias>;
  /** The generation that a query reads; throws ServiceUnavailable where the app has not built one yet. */
  answering<Row, Entry>(view: View<Row, Entry>): Promise<Generation<Row, Entry>>;
  /** Changes the alias as it is now, all or nothing; `change` leaves it by answering undefined. Returns the alias after that. */
  change(view: View, change: (alias: Alias) => Alias | undefined): Promise<Alias>;
  /** Notes that generations miss an event; to be done before the event is written to any other generation. */
  miss(view: View, ids: readonly BuildId[]): Promise<void>;
};

type Options = {
  readonly aliases: Aliases;
  readonly eventStore: Pick<EventStore, 'isEmpty'>;
  readonly clock: Clock;
};

export const createGenerations = ({ aliases, eventStore, clock }: Options): Generations => {
  const seen = new Map<string, { alias: Alias; at: number }>();

  const read = async (view: View): Promise<{ alias: Alias; etag: string }> => {
    const { name } = view;
    const at = clock.now();
    let found = await aliases.load(name);
    if (!found) {
      // A bank without history has nothing from which a view would have to be built.
      const isLive = await eventStore.isEmpty();
      await aliases.save(firstAlias(view, isLive, present(clock)), undefined);
      found = await aliases.load(name);
      if (!found) throw new Error(`The alias of ${name} is there and is not there`);
    }
    seen.set(name, { alias: found.alias, at });
    return found;
  };

  const change: Generations['change'] = (view, changed) =>
    updateUntilWritten(`The alias of ${view.name}`, async () => {
      const { alias, etag } = await read(view);
      const next = changed(alias);
      if (!next) return alias;
      return (await aliases.save(next, etag)) === 'conflict' ? 'conflict' : next;
    });

  return {
    current: async (view) => (await read(view)).alias,
    async answering<Row, Entry>(view: View<Row, Entry>) {
      const untyped = view as unknown as View;
      const known = seen.get(view.name);
      const isRecent = known && clock.now() - known.at < recentMs && !inState(known.alias, 'building');
      const found = answering(untyped, isRecent ? known.alias : (await read(untyped)).alias);
      if (!found) throw new ServiceUnavailable(`The view ${view.name}, which is being built,`);
      return found as unknown as Generation<Row, Entry>;
    },
    change,
    async miss(view, ids) {
      if (ids.length > 0) await change(view, (alias) => markMissed(alias, ids));
    },
  };
};

export const firstAlias = ({ name, version }: View, isLive: boolean, since: string): Alias =>
  isLive
    ? {
        view: name,
        builds: 1,
        generations: [{ version, build: 1, state: 'live', since, missed: false, passes: 0 }],
      }
    : { view: name, builds: 0, generations: [] };
