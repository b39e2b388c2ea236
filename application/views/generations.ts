import type { Projection } from '../../projections/projection.ts';
import { answering, inState, missedBy, type Alias, type GenerationId } from './alias.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import type { Aliases } from './ports.ts';
import type { Clock } from '../clock.ts';
import type { EventStore } from '../eventStore.ts';

const maximumConflicts = 50;
/** How old an alias may be by which a query chooses its generation, as long as no other one is on its way. */
export const recentMs = 2_000;

/** All throw ServiceUnavailable. */
export type Generations = {
  /**
   * The alias as it is now. Whoever writes an event asks for it after hearing of the event: so what was committed after a
   * generation began to be fed is written to it, and what was committed before is in the heads that are compared then.
   */
  current(projection: Projection): Promise<Alias>;
  /** The generation that a query reads; throws ServiceUnavailable where none has been built yet. */
  answering<Row, Line>(projection: Projection<Row, Line>): Promise<Projection<Row, Line>>;
  /** Changes the alias as it is now, all or nothing; `change` leaves it by answering undefined. Returns it as it is then. */
  change(projection: Projection, change: (alias: Alias) => Alias | undefined): Promise<Alias>;
  /** Notes that an event passes generations by; to be done before the event is written to any other one. */
  miss(projection: Projection, ids: readonly GenerationId[]): Promise<void>;
};

type Options = {
  readonly aliases: Aliases;
  readonly eventStore: Pick<EventStore, 'isEmpty'>;
  readonly clock: Clock;
};

export const createGenerations = ({ aliases, eventStore, clock }: Options): Generations => {
  const seen = new Map<string, { alias: Alias; at: number }>();

  const read = async (projection: Projection): Promise<{ alias: Alias; etag: string }> => {
    const { name } = projection;
    const at = clock.now();
    let found = await aliases.load(name);
    if (!found) {
      // What begins with the bank itself has nothing to be built from.
      const isLive = await eventStore.isEmpty();
      await aliases.save(firstAlias(projection, isLive, new Date(at).toISOString()), undefined);
      found = await aliases.load(name);
      if (!found) throw new Error(`The alias of ${name} is there and is not there`);
    }
    seen.set(name, { alias: found.alias, at });
    return found;
  };

  const change: Generations['change'] = async (projection, changed) => {
    for (let conflicts = 0; conflicts < maximumConflicts; conflicts += 1) {
      const { alias, etag } = await read(projection);
      const next = changed(alias);
      if (!next) return alias;
      if ((await aliases.save(next, etag)) !== 'conflict') return next;
    }
    throw new ServiceUnavailable(`The alias of ${projection.name}`);
  };

  return {
    current: async (projection) => (await read(projection)).alias,
    async answering<Row, Line>(projection: Projection<Row, Line>) {
      const untyped = projection as unknown as Projection;
      const known = seen.get(projection.name);
      const isRecent = known && clock.now() - known.at < recentMs && !inState(known.alias, 'building');
      const found = answering(untyped, isRecent ? known.alias : (await read(untyped)).alias);
      if (!found) throw new ServiceUnavailable(`The view ${projection.name}, which is being built,`);
      return found as unknown as Projection<Row, Line>;
    },
    change,
    async miss(projection, ids) {
      if (ids.length > 0) await change(projection, (alias) => missedBy(alias, ids));
    },
  };
};

export const firstAlias = ({ name, version }: Projection, isLive: boolean, since: string): Alias =>
  isLive
    ? {
        projection: name,
        builds: 1,
        generations: [{ version, build: 1, state: 'live', since, missed: false, passes: 0 }],
      }
    : { projection: name, builds: 0, generations: [] };
