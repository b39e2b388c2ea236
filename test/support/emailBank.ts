import { setImmediate as turn } from 'node:timers/promises';
import { meter } from '../../adapters/telemetry/meter.ts';
import { createBank, type BankOptions } from '../../application/commands/bank/bank.ts';
import { ownerOf } from '../../domain/ownership.ts';
import { historyOf } from './history.ts';

/** An instance of the bank with a cache of its own, whose clock stands still. */
export const instanceAt = (
  now: number,
  { eventStore, claims, pause = () => turn() }: Pick<BankOptions, 'eventStore' | 'claims'> & Partial<BankOptions>,
) =>
  createBank({
    ...{ eventStore, history: historyOf(eventStore), claims, ownerOf, meter, pause },
    clock: { now: () => now },
    onCommitted: () => undefined,
  });
