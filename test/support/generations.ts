import type { Alias } from '../../application/views/alias.ts';
import { createGenerations, firstAlias, type Generations } from '../../application/views/generations.ts';
import type { Aliases } from '../../application/views/ports.ts';

/** In memory, for tests of what stands on generations; the real ones have tests of their own. */
export const aliasesInMemory = (): Aliases => {
  const saved = new Map<string, { alias: Alias; etag: string }>();
  let writes = 0;
  return {
    load: (projection) => Promise.resolve(saved.get(projection)),
    save(alias, expectedEtag) {
      if (saved.get(alias.projection)?.etag !== expectedEtag) return Promise.resolve('conflict');
      saved.set(alias.projection, { alias, etag: String((writes += 1)) });
      return Promise.resolve('saved');
    },
  };
};

/** Of every projection the first build of the version that is asked for is live, be it one of the tests' own. */
export const liveAsCoded = (): Generations => {
  const generations = createGenerations({
    aliases: aliasesInMemory(),
    eventStore: { isEmpty: () => Promise.resolve(true) },
    clock: { now: () => 0 },
  });
  const live = (projection: Parameters<Generations['current']>[0]) =>
    Promise.resolve(firstAlias(projection, true, '2026-01-01T00:00:00.000Z'));
  return {
    ...generations,
    current: live,
    change: live,
    answering: (projection) => Promise.resolve({ ...projection, build: 1 }),
  };
};
