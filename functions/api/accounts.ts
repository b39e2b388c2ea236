import { z } from 'zod';
import { account } from '../../domain/account/account.ts';
import type { ReverseTransaction } from '../../domain/account/commands.ts';
import { currency } from '../../domain/currency.ts';
import { exampleId, uuid } from '../../projections/fields.ts';
import { line } from '../../domain/text.ts';
import { command, commandOf, creation } from '../http/commandEndpoint.ts';
import { query, type EndpointTable } from '../http/endpoint.ts';
import { sourceHeader, versionedETag } from '../http/query.ts';
import { eventIdParameter, idRoute, movement, versionOn } from '../http/schemas.ts';
import { accountBody, accountQuery, readAccount } from './readAccount.ts';
import { auditTrail } from './auditTrail.ts';
import { created } from './created.ts';
import { moved, movedWithin } from './moved.ts';
import { postingsAnswer } from './postingsAnswer.ts';

/** The view `transactions` declares more queries, which `views.ts` serves. */
export const accountEndpoints: EndpointTable = {
  openAccount: creation(account, 'OpenAccount', {
    post: 'accounts',
    access: 'ownCommand',
    summary: 'Open an account for a customer',
    body: z.strictObject({ customerId: uuid, currency }),
    example: { customerId: exampleId, currency: 'EUR' },
    refuses: ['UnknownCustomer'],
    answers: created('accounts', 'The path of the account'),
  }),
  depositMoney: command(account, 'DepositMoney', {
    post: 'accounts/{id}/deposits',
    access: 'ownCommand',
    summary: 'Deposit money',
    body: movement,
    example: { amount: '100.00', currency: 'EUR', reference: 'Salary' },
    refuses: ['AccountClosed', 'CurrencyMismatch', 'BalanceLimitExceeded'],
    answers: moved,
  }),
  reverseTransaction: commandOf(
    account,
    {
      post: 'accounts/{id}/transactions/{transactionId}/reversal',
      access: 'command',
      summary: 'Reverse a deposit or a withdrawal',
      params: idRoute.extend({ transactionId: eventIdParameter('The id of the transaction') }),
      body: z.strictObject({ reason: line(140) }),
      example: { reason: 'Typing error' },
      refuses: ['AlreadyReversed', 'AccountClosed', 'NotReversible', 'InsufficientFunds', 'BalanceLimitExceeded'],
      answers: movedWithin,
    },
    ({ params: { id, transactionId }, body: { reason } }): ReverseTransaction => ({
      type: 'ReverseTransaction',
      reverses: versionOn(id, transactionId),
      reason,
    }),
  ),
  withdrawMoney: command(account, 'WithdrawMoney', {
    post: 'accounts/{id}/withdrawals',
    access: 'ownCommand',
    summary: 'Withdraw money',
    body: movement,
    example: { amount: '58.00', currency: 'EUR', reference: 'Rent' },
    refuses: ['AccountClosed', 'AccountFrozen', 'CurrencyMismatch', 'InsufficientFunds'],
    answers: moved,
  }),
  getAccount: query({
    get: 'accounts/{id}',
    access: 'ownQuery',
    summary: 'An account, as it is or as it was at a version or an instant',
    params: idRoute,
    query: accountQuery,
    refuses: ['NotFound', 'VersionNotReached'],
    answers: { status: 200, body: accountBody, headers: { ...versionedETag, ...sourceHeader } },
    handle: readAccount,
  }),
  accountEvents: auditTrail(account, 'accounts/{id}/events', postingsAnswer(account.events)),
};
