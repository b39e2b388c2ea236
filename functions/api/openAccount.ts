import { z } from 'zod';
import { currency } from '../../domain/currency.ts';
import { bank } from '../composition.ts';
import { accountProblems } from '../http/accountProblems.ts';
import { answerOutcome, commandRequest, idOfCreation } from '../http/command.ts';
import { created, createdBody } from '../http/created.ts';
import { serve } from '../http/endpoint.ts';
import { describe } from '../http/operation.ts';
import { creationHeaders, uuid } from '../http/schemas.ts';

const operation = describe({
  id: 'openAccount',
  method: 'POST',
  route: 'accounts',
  access: 'ownCommand',
  summary: 'Open an account for a customer',
  headers: creationHeaders,
  body: z.strictObject({ customerId: uuid, currency }),
  answer: { status: 201, body: createdBody, headers: { Location: 'Of the account' } },
  problems: ['UnknownCustomer', 'IdempotencyKeyReused', 'Contention'],
});

serve(operation, async (received) => {
  const request = commandRequest(operation, received, { type: 'OpenAccount' as const, ...received.body });
  const outcome = await bank.openAccount(idOfCreation(operation, received)(0), request);
  return answerOutcome(outcome, { ...accountProblems, UnknownCustomer: 'UnknownCustomer' }, created('accounts'));
});
