import { z } from 'zod';
import { eventsOfCommit, type Commit } from '../../domain/commit.ts';
import { amount, amountOf, position, version } from '../../projections/fields.ts';
import { bank } from '../composition.ts';
import { accountProblemMembers, accountProblems } from './accountProblems.ts';
import { answerOutcome, commandRequest } from './command.ts';
import { serve } from './endpoint.ts';
import { describe } from './operation.ts';
import type { ProblemCode } from './problem.ts';
import { accountCommandHeaders, idRoute, movement } from './schemas.ts';

const movedBody = z
  .object({ transactionId: position, version, position, balance: amount })
  .meta({ id: 'Moved', description: 'The transaction, and the balance after it' });

/** Deposits and withdrawals differ in their rules alone. */
export const serveMovement = (
  type: 'DepositMoney' | 'WithdrawMoney',
  texts: { readonly id: string; readonly route: string; readonly summary: string; readonly problem: ProblemCode },
): void => {
  const operation = describe({
    id: texts.id,
    method: 'POST',
    route: texts.route,
    access: 'ownCommand',
    summary: texts.summary,
    params: idRoute,
    headers: accountCommandHeaders,
    body: movement,
    answer: { status: 201, body: movedBody },
    problems: [
      ...(['NotFound', 'VersionMismatch', 'CurrencyMismatch', texts.problem] as const),
      ...(['IdempotencyKeyReused', 'TooManyRequests', 'Contention'] as const),
    ],
  });

  serve(operation, async (received) => {
    const request = commandRequest(operation, received, { type, ...received.body });
    const outcome = await bank.moveMoney(received.params.id, request);
    return answerOutcome(outcome, accountProblems, moved, accountProblemMembers);
  });
};

/** A function of the event alone, so that a repeated answer is the first one. */
const moved = (commit: Commit) => {
  const event = eventsOfCommit(commit).at(-1);
  if (event?.type !== 'MoneyDeposited' && event?.type !== 'MoneyWithdrawn') {
    throw new Error(`Commit ${commit.aggregateId}:${commit.version} moves no money`);
  }
  const { id, data } = event;
  return {
    body: {
      transactionId: id,
      version: event.version,
      position: id,
      balance: amountOf(data.balance, data.amount.currency),
    },
  };
};
