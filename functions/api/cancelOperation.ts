import { requestCancellation } from '../../application/jobs/operations.ts';
import { clock, operations } from '../composition.ts';
import { serve } from '../http/endpoint.ts';
import { describe } from '../http/operation.ts';
import { notFound, problem } from '../http/problem.ts';
import { operationBody, operationRoute, shownOperation } from '../http/shownOperation.ts';

const operation = describe({
  id: 'cancelOperation',
  method: 'DELETE',
  route: 'ops/operations/{operationId}',
  access: 'operations',
  summary:
    'Ask a rebuild or a replay to end before its next step, unless that finishes it; what it built does not go live',
  params: operationRoute,
  answer: { status: 202, body: operationBody },
  problems: ['NotFound', 'OperationHasEnded'],
});

serve(operation, async ({ params: { operationId } }) => {
  const found = await requestCancellation(operations, operationId);
  if (!found) return notFound();
  if (found.status !== 'running')
    return problem('OperationHasEnded', { detail: `The operation is over: ${found.status}.` });
  return { status: 202, body: shownOperation(found, clock.now()) };
});
