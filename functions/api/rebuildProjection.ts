import { z } from 'zod';
import { rebuild } from '../composition.ts';
import { serve } from '../http/endpoint.ts';
import { begunBody, begunHeaders, operationBegun, projectionNamed, projectionRoute } from '../http/begunOperation.ts';
import { describe } from '../http/operation.ts';
import { notFound } from '../http/problem.ts';

const operation = describe({
  id: 'rebuildProjection',
  method: 'POST',
  route: 'ops/projections/{name}/rebuild',
  access: 'operations',
  summary: 'Build a projection anew beside the live one, which answers until then; what is being built already goes on',
  params: projectionRoute,
  query: z.strictObject({
    requestUnitsPerSecond: z
      .string()
      .regex(/^[1-9]\d{0,6}$/, { error: 'must be a number from 1 to 9999999' })
      .transform(Number)
      .meta({ description: 'What the rebuild may spend at the store; without it, as much as it can' })
      .optional(),
  }),
  answer: { status: 202, body: begunBody, headers: begunHeaders },
  problems: ['NotFound'],
});

serve(operation, async ({ params: { name }, query: { requestUnitsPerSecond } }) => {
  const projection = projectionNamed(name);
  return projection ? operationBegun(await rebuild(projection, requestUnitsPerSecond)) : notFound();
});
