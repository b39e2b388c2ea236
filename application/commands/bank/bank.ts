import { account } from '../../../domain/account/account.ts';
import type { Account } from '../../../domain/account/state.ts';
import { changeEmail } from './changeEmail.ts';
import { changeHold, type NoSuchHold } from './changeHold.ts';
import type { CommandRequest, Outcome } from '../commandRequest.ts';
import type { CurrentState } from '../currentState.ts';
import { createCustomer } from './createCustomer.ts';
import type { EmailTaken } from './emailReservation.ts';
import { createHandlers, type Execute, type HandlerOptions } from '../handlers.ts';
import { openAccount, type UnknownCustomer } from './openAccount.ts';
import type { EmailClaims } from '../ports.ts';
import { reverseTransaction, type ReversalRefused } from './reverseTransaction.ts';
import { sendTransfer } from './sendTransfer.ts';
import { settleTransfer, type TransferUnsettled } from './settleTransfer.ts';

type FurtherRejection = EmailTaken | UnknownCustomer | NoSuchHold | ReversalRefused | TransferUnsettled;

/** The bank's commands: those of one aggregate alone, and those that need more than their aggregate. */
export type Bank = {
  readonly execute: Execute<FurtherRejection>;
  /** An account as this instance has seen it last, which costs nothing; undefined where it has not. */
  readonly cachedAccount: (accountId: string) => CurrentState<Account> | undefined;
};

export type BankOptions = HandlerOptions & { readonly claims: EmailClaims };

export const createBank = (options: BankOptions): Bank => {
  const handlerOf = createHandlers(options);

  return {
    execute(aggregate, id, request) {
      type Result = Promise<Outcome<never>>;
      const idOf = typeof id === 'string' ? () => id : id;
      // The compiler cannot see that a command's type tells which aggregate it is for.
      const own = request as CommandRequest<never>;
      switch (request.command.type) {
        case 'CreateCustomer':
          return createCustomer(options, handlerOf, idOf, own) as Result;
        case 'ChangeEmail':
          return changeEmail(options, handlerOf, idOf(0), own) as Result;
        case 'OpenAccount':
          return openAccount(options, handlerOf, idOf(0), own) as Result;
        case 'CaptureHold':
        case 'ReleaseHold':
          return changeHold(options, handlerOf, idOf(0), own) as Result;
        case 'ReverseTransaction':
          return reverseTransaction(options, handlerOf, idOf(0), own) as Result;
        case 'SendTransfer':
          return sendTransfer(options, handlerOf, idOf(0), own) as Result;
        case 'SettleTransfer':
          return settleTransfer(options, handlerOf, idOf(0), own) as Result;
        default:
          return handlerOf(aggregate).handle(idOf(0), request);
      }
    },
    cachedAccount: (accountId) => handlerOf(account).cached(accountId),
  };
};
