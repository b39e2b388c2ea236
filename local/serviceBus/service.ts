import type { FaultRules } from '../faults/faultRules.ts';
import type { Broker } from './broker/broker.ts';
import type { Turns } from './broker/turns.ts';
import type { SasKeys } from './sas.ts';

/** The parts of a running service that all its connections share. */
export type Service = {
  readonly broker: Broker;
  readonly turns: Turns;
  readonly keys: SasKeys;
  readonly faults: FaultRules;
  readonly now: () => number;
};
