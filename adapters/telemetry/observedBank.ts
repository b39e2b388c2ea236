import { trace } from '@opentelemetry/api';
import type { Bank } from '../../application/commands/bank.ts';
import type { Outcome } from '../../application/commands/commandRequest.ts';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import { record } from './metrics.ts';

/** Counts commands by what became of them, and takes their time. */
export const observedBank = (bank: Bank): Bank => ({
  createCustomer: (idOf, request) => observed(request, () => bank.createCustomer(idOf, request)),
  openAccount: (accountId, request) => observed(request, () => bank.openAccount(accountId, request)),
  moveMoney: (accountId, request) => observed(request, () => bank.moveMoney(accountId, request)),
});

const observed = async <Rejection extends { readonly code: string }>(
  { command }: { readonly command: { readonly type: string } },
  work: () => Promise<Outcome<Rejection>>,
): Promise<Outcome<Rejection>> => {
  const begun = performance.now();
  let outcome = 'failed';
  try {
    const result = await work();
    outcome = nameOf(result);
    return result;
  } catch (error) {
    if (error instanceof ServiceUnavailable) outcome = 'unavailable';
    throw error;
  } finally {
    record('daybook.commands', 1, { command: command.type, outcome });
    record('daybook.command.duration', performance.now() - begun, { command: command.type, outcome });
    trace.getActiveSpan()?.setAttributes({ 'daybook.command': command.type, 'daybook.outcome': outcome });
  }
};

const nameOf = (outcome: Outcome<{ readonly code: string }>): string => {
  if (outcome.outcome === 'rejected') return outcome.rejection.code;
  return outcome.outcome === 'done' && outcome.replayed ? 'replayed' : outcome.outcome;
};
