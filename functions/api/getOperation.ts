import { clock, operations } from '../composition.ts';
import { serve } from '../http/endpoint.ts';
import { describe } from '../http/operation.ts';
import { notFound } from '../http/problem.ts';
import { operationBody, operationRoute, shownOperation } from '../http/shownOperation.ts';

const operation = describe({
  id: 'getOperation',
  method: 'GET',
  route: 'ops/operations/{operationId}',
  access: 'operations',
  summary: 'How far a rebuild or a replay is',
  params: operationRoute,
  answer: { status: 200, body: operationBody },
  problems: ['NotFound'],
});

serve(operation, async ({ params: { operationId } }) => {
  const found = await operations.load(operationId);
  return found ? { status: 200, body: shownOperation(found, clock.now()) } : notFound();
});
