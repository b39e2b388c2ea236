import { meter } from '../../adapters/telemetry/meter.ts';
import { observedBank } from '../../adapters/telemetry/observedBank.ts';
import { createBank, type Bank } from '../../application/commands/bank.ts';
import type { CommandRequest } from '../../application/commands/commandRequest.ts';
import type { Commit } from '../../domain/commit.ts';
import type { Services } from '../services.ts';
import type { Shared } from './shared.ts';

export const composeCommands = (
  { telemetry, stores: { eventStore, claims }, clock, pause }: Shared,
  onCommitted: (commits: readonly Commit[]) => void,
): Services['bank'] =>
  asOne(telemetry.observe(createBank({ eventStore, claims, clock, meter, pause, onCommitted }), observedBank));

type RequestTo<Method extends keyof Bank> = Parameters<Bank[Method]>[1];

/** One method in place of the bank's three. */
const asOne = (bank: Bank): Services['bank'] => ({
  execute(aggregate, idOf, request: CommandRequest<unknown>) {
    const id = typeof idOf === 'string' ? idOf : idOf(0);
    if (aggregate === 'customer') {
      return bank.createCustomer(typeof idOf === 'string' ? () => idOf : idOf, request as RequestTo<'createCustomer'>);
    }
    const { command } = request as RequestTo<'openAccount' | 'moveMoney'>;
    return command.type === 'OpenAccount'
      ? bank.openAccount(id, { ...request, command })
      : bank.moveMoney(id, { ...request, command });
  },
});
