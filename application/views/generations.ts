import type { Generation, View } from '../../eventSourcing/view.ts';
import { present, type Clock } from '../clock.ts';
import type { EventStore } from '../eventStore.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import { updateUntilWritten } from '../updateUntilWritten.ts';
import { aliasOf, answering, inState, markMissed, type Alias, type BuildId } from './alias.ts';
import type { Aliases } from './ports.ts';

/** How old the alias may be by which a query chooses its generation, as long as no generation is being built. */
export const recentMs = 2_000;

/** Generations of one view that miss an event. */
export type Misses = { readonly view: string; readonly ids: readonly BuildId[] };

/** All throw ServiceUnavailable. */
export type Generations = {
  /**
   * The alias as it is now. Whoever writes an event asks for it after hearing of the event: a generation then gets every event
   * that was committed after the app began to feed it, and the job reads those that were committed before.
   */
  current(view: View): Promise<Alias>;
  /** The aliases of all views that there are, these among them: also of views for which this program has no code. One request. */
  all(views: readonly View[]): Promise<readonly Alias[]>;
  /** The generation that a query reads; throws ServiceUnavailable where the app has not built one yet. */
  answering<Row, Entry>(view: View<Row, Entry>): Promise<Generation<Row, Entry>>;
  /** Changes the alias as it is now, all or nothing; `change` leaves it by answering undefined. Returns the alias after that. */
  change(view: View, change: (alias: Alias) => Alias | undefined): Promise<Alias>;
  /** Notes that generations miss an event; to be done before the event is written to any other generation. */
  miss(misses: readonly Misses[]): Promise<void>;
};

type Options = {
  readonly aliases: Aliases;
  readonly eventStore: Pick<EventStore, 'isEmpty'>;
  /** The subscription that brings a view its events. */
  readonly subscriptionOf: (view: View) => string;
  readonly clock: Clock;
};

export const createGenerations = ({ aliases, eventStore, subscriptionOf, clock }: Options): Generations => {
  let seen: { aliases: readonly Alias[]; at: number } | undefined;

  const read = async (views: readonly View[]): Promise<{ aliases: readonly Alias[]; etag: string }> => {
    for (;;) {
      const at = clock.now();
      const found = await aliases.load();
      const missing = views.filter(({ name }) => !found?.aliases.some(({ view }) => view === name));
      if (found && missing.length === 0) {
        seen = { aliases: found.aliases, at };
        return found;
      }
      // A bank without history has nothing from which a view would have to be built.
      const isLive = await eventStore.isEmpty();
      const first = missing.map((view) => firstAlias(view, subscriptionOf(view), isLive, present(clock)));
      await aliases.save([...(found?.aliases ?? []), ...first], found?.etag);
    }
  };

  const changeAll = (views: readonly View[], changed: (all: readonly Alias[]) => readonly Alias[] | undefined) =>
    updateUntilWritten('The aliases of the views', async () => {
      const { aliases: all, etag } = await read(views);
      const next = changed(all);
      if (!next) return all;
      return (await aliases.save(next, etag)) === 'conflict' ? 'conflict' : next;
    });

  return {
    current: async (view) => aliasOf(view, (await read([view])).aliases),
    all: async (views) => (await read(views)).aliases,
    async answering<Row, Entry>(view: View<Row, Entry>) {
      const untyped = view as unknown as View;
      const known = seen?.aliases.find((alias) => alias.view === view.name);
      const isRecent = seen && known && clock.now() - seen.at < recentMs && !inState(known, 'building');
      const found = answering(untyped, isRecent ? known : aliasOf(untyped, (await read([untyped])).aliases));
      if (!found) throw new ServiceUnavailable(`The view ${view.name}, which is being built,`);
      return found as unknown as Generation<Row, Entry>;
    },
    change: async (view, changed) =>
      aliasOf(
        view,
        await changeAll([view], (all) => {
          const changes = changed(aliasOf(view, all));
          // A release may have moved the view to another subscription.
          const next = changes && { ...changes, subscription: subscriptionOf(view) };
          return next && all.map((alias) => (alias.view === view.name ? next : alias));
        }),
      ),
    async miss(misses) {
      if (misses.every(({ ids }) => ids.length === 0)) return;
      await changeAll([], (all) => {
        const next = all.map((alias) => {
          const ids = misses.filter(({ view }) => view === alias.view).flatMap((each) => each.ids);
          return markMissed(alias, ids) ?? alias;
        });
        return next.every((alias, index) => alias === all[index]) ? undefined : next;
      });
    },
  };
};

export const firstAlias = ({ name, version }: View, subscription: string, isLive: boolean, since: string): Alias => ({
  view: name,
  subscription,
  ...(isLive
    ? { builds: 1, generations: [{ version, build: 1, state: 'live', since, missed: false, passes: 0 }] }
    : { builds: 0, generations: [] }),
});
