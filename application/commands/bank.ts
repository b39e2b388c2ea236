import { createCustomer, type EmailTaken } from './createCustomer.ts';
import type { CommandRequest, Outcome } from './commandRequest.ts';
import { createHandlers, type Execute, type ExecutorOptions } from './executor.ts';
import { openAccount, type UnknownCustomer } from './openAccount.ts';
import type { EmailClaims } from './ports.ts';

/** The bank's commands: those of one aggregate alone, and those that need more than their aggregate. */
export type Bank = { readonly execute: Execute<EmailTaken | UnknownCustomer> };

export type BankOptions = ExecutorOptions & { readonly claims: EmailClaims };

export const createBank = (options: BankOptions): Bank => {
  const handlerOf = createHandlers(options);

  return {
    execute(aggregate, id, request) {
      type Result = Promise<Outcome<never>>;
      const idOf = typeof id === 'string' ? () => id : id;
      const { type } = request.command;
      const own = request as CommandRequest<never>;
      // The compiler cannot see that a command's type tells which aggregate it is for.
      if (type === 'CreateCustomer') return createCustomer(options, handlerOf, idOf, own) as Result;
      if (type === 'OpenAccount') return openAccount(options, handlerOf, idOf(0), own) as Result;
      return handlerOf(aggregate)(idOf(0), request);
    },
  };
};
