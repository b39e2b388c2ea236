import type { Alias } from '../../application/views/alias.ts';
import { createGenerations, firstAlias, type Generations } from '../../application/views/generations.ts';
import type { Aliases } from '../../application/views/ports.ts';
import type { Generation, View } from '../../eventSourcing/view.ts';

/** The first build of a view, for those who read or write rows. */
export const firstBuild = <Row, Entry>(view: View<Row, Entry>): Generation<Row, Entry> => ({ ...view, build: 1 });

/** Keeps aliases in memory, for tests of what uses generations; the adapter has tests of its own. */
export const aliasesInMemory = (): Aliases => {
  let saved: { aliases: readonly Alias[]; etag: string } | undefined;
  let writes = 0;
  return {
    load: () => Promise.resolve(saved),
    save(aliases, expectedEtag) {
      if (saved?.etag !== expectedEtag) return Promise.resolve('conflict');
      saved = { aliases, etag: String((writes += 1)) };
      return Promise.resolve('saved');
    },
  };
};

/** For every view, also for those that tests declare, the first build of the version that is asked for is live. */
export const liveAsCoded = (): Generations => {
  const generations = createGenerations({
    aliases: aliasesInMemory(),
    eventStore: { isEmpty: () => Promise.resolve(true) },
    subscriptionOf: ({ name }) => name,
    clock: { now: () => 0 },
  });
  const alias = (view: View) => firstAlias(view, view.name, true, '2026-01-01T00:00:00.000Z');
  return {
    ...generations,
    current: (view) => Promise.resolve(alias(view)),
    all: (views) => Promise.resolve(views.map(alias)),
    change: (view) => Promise.resolve(alias(view)),
    miss: () => Promise.resolve(),
    answering: (view) => Promise.resolve(firstBuild(view)),
  };
};
