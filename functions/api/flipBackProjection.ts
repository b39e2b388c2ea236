import { flipBack } from '../composition.ts';
import { serve } from '../http/endpoint.ts';
import { begunBody, begunHeaders, operationBegun, projectionNamed, projectionRoute } from '../http/begunOperation.ts';
import { describe } from '../http/operation.ts';
import { notFound, problem } from '../http/problem.ts';

const operation = describe({
  id: 'flipBackProjection',
  method: 'POST',
  route: 'ops/projections/{name}/flip-back',
  access: 'operations',
  summary: 'Let the generation before answer again, as long as it is kept',
  params: projectionRoute,
  answer: { status: 202, body: begunBody, headers: begunHeaders },
  problems: ['NotFound', 'NothingToFlipBackTo'],
});

serve(operation, async ({ params: { name } }) => {
  const projection = projectionNamed(name);
  if (!projection) return notFound();
  const operationId = await flipBack(projection);
  return operationId === undefined ? problem('NothingToFlipBackTo') : operationBegun(operationId);
});
