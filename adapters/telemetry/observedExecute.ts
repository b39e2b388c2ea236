import { trace } from '@opentelemetry/api';
import type { Outcome } from '../../application/commands/commandRequest.ts';
import type { Execute } from '../../application/commands/handlers.ts';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import { record } from './metrics.ts';

/** Counts commands by their outcomes, and takes their time. */
export const observedExecute =
  <Rejection>(execute: Execute<Rejection>): Execute<Rejection> =>
  async (aggregate, id, request) => {
    const begun = performance.now();
    let outcome = 'failed';
    try {
      const result = await execute(aggregate, id, request);
      outcome = nameOf(result as Outcome<{ readonly code: string }>);
      return result;
    } catch (error) {
      if (error instanceof ServiceUnavailable) outcome = 'unavailable';
      throw error;
    } finally {
      const command = request.command.type;
      record('daybook.commands', 1, { command, outcome });
      record('daybook.command.duration', performance.now() - begun, { command, outcome });
      trace.getActiveSpan()?.setAttributes({ 'daybook.command': command, 'daybook.outcome': outcome });
    }
  };

const nameOf = (outcome: Outcome<{ readonly code: string }>): string => {
  if (outcome.outcome === 'rejected') return outcome.rejection.code;
  return outcome.outcome === 'done' && outcome.replayed ? 'replayed' : outcome.outcome;
};
