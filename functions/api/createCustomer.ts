import { z } from 'zod';
import { emailAddress } from '../../domain/emailAddress.ts';
import { line } from '../../domain/text.ts';
import { bank } from '../composition.ts';
import { answerOutcome, commandRequest, idOfCreation } from '../http/command.ts';
import { created, createdBody } from '../http/created.ts';
import { serve } from '../http/endpoint.ts';
import { describe } from '../http/operation.ts';
import { creationHeaders } from '../http/schemas.ts';

const operation = describe({
  id: 'createCustomer',
  method: 'POST',
  route: 'customers',
  access: 'command',
  summary: 'Create a customer',
  headers: creationHeaders,
  body: z.strictObject({ firstName: line(100), lastName: line(100), email: emailAddress }),
  answer: { status: 201, body: createdBody, headers: { Location: 'Of the customer' } },
  problems: ['EmailTaken', 'IdempotencyKeyReused', 'Contention'],
});

serve(operation, async (received) => {
  const request = commandRequest(operation, received, { type: 'CreateCustomer' as const, ...received.body });
  const outcome = await bank.createCustomer(idOfCreation(operation, received), request);
  return answerOutcome(
    outcome,
    { EmailTaken: 'EmailTaken', CustomerAlreadyExists: 'CustomerAlreadyExists' },
    created('customers'),
  );
});
