import { faultsAt, type FaultState } from '../../faults/client.ts';
import { knownFaults, type KnownFault, type ServiceName } from './knownFaults.ts';

/** A fault, and what came of it since it was asked for. */
type ShownFault = Pick<KnownFault, 'id' | 'service' | 'title' | 'effect'> & {
  readonly state: 'off' | 'on' | 'over';
  /** How many operations it has hit, and how many it hits; absent where it stops the whole service. */
  readonly hits?: number;
  readonly of?: number;
};

export type FaultControl = {
  readonly list: () => Promise<readonly ShownFault[]>;
  /** False where there is no such fault. */
  readonly inject: (id: string) => Promise<boolean>;
  /** Also removes rules that others have made. */
  readonly clear: () => Promise<void>;
};

/** The faults of the services on these ports. */
export const createFaultControl = (ports: Readonly<Record<ServiceName, number>>): FaultControl => {
  const services = { cosmos: faultsAt(ports.cosmos), serviceBus: faultsAt(ports.serviceBus) };
  const paused = new Set<string>();
  return {
    async list() {
      const [cosmos, serviceBus] = await Promise.all([services.cosmos.look(), services.serviceBus.look()]);
      const states = { cosmos, serviceBus };
      return knownFaults.map((fault) => shown(fault, states[fault.service], paused.has(fault.id)));
    },
    async inject(id) {
      const fault = knownFaults.find((each) => each.id === id);
      if (!fault) return false;
      const service = services[fault.service];
      if ('pauseMs' in fault) {
        await service.pause(fault.pauseMs);
        paused.add(id);
      } else await service.inject({ ...fault.rule, name: id });
      return true;
    },
    async clear() {
      paused.clear();
      await Promise.all(
        Object.values(services).map(async (service) => {
          await service.clear();
          await service.resume();
        }),
      );
    },
  };
};

const shown = (
  { id, service, title, effect, ...fault }: KnownFault,
  { paused, rules }: FaultState,
  wasPaused: boolean,
): ShownFault => {
  const about = { id, service, title, effect };
  if ('pauseMs' in fault) return { ...about, state: paused ? 'on' : wasPaused ? 'over' : 'off' };
  const own = rules.filter(({ name }) => name === id);
  if (own.length === 0) return { ...about, state: 'off' };
  const hits = own.reduce((sum, rule) => sum + rule.hits, 0);
  const of = own.reduce((sum, { times = 1 }) => sum + times, 0);
  return { ...about, state: hits < of ? 'on' : 'over', hits, of };
};
