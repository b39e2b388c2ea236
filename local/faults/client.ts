import type { FaultRule, RuleWithHits } from './faultRules.ts';

/** Makes an embedded service fail, for tests. A call that is refused rejects with the reason that the service gives. */
export type Faults = {
  /** Adds rules after the existing ones. */
  inject(rules: FaultRule | readonly FaultRule[]): Promise<void>;
  /** Removes all rules. */
  clear(): Promise<void>;
  /** Ends all connections and drops new ones, until `resume` or for a time in milliseconds. */
  pause(ms?: number): Promise<void>;
  resume(): Promise<void>;
  /** Splits a physical partition of a container in Cosmos DB. */
  split(container: string, range: string): Promise<void>;
  /** How many operations each rule has hit, in the order of the rules. */
  hits(): Promise<readonly number[]>;
  look(): Promise<FaultState>;
};

export type FaultState = { readonly paused: boolean; readonly rules: readonly RuleWithHits[] };

/** Controls the faults of the service that listens on this port of this machine. */
export const faultsAt = (port: number): Faults => {
  const call = async (method: string, path: string, body?: unknown): Promise<FaultState> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return (await response.json()) as FaultState;
  };
  return {
    async inject(rules) {
      await call('POST', '/_faults', rules);
    },
    async clear() {
      await call('DELETE', '/_faults');
    },
    async pause(ms) {
      await call('POST', '/_pause', { ms });
    },
    async resume() {
      await call('POST', '/_resume');
    },
    async split(container, range) {
      await call('POST', '/_split', { container, range });
    },
    hits: async () => (await call('GET', '/_faults')).rules.map(({ hits }) => hits),
    look: () => call('GET', '/_faults'),
  };
};
