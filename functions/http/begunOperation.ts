import { z } from 'zod';
import { projections } from '../../projections/registry.ts';
import type { Answer } from './answer.ts';

export const projectionRoute = z.strictObject({ name: z.string().max(100) });
export const projectionNamed = (wanted: string) => projections.find(({ name }) => name === wanted);

export const begunBody = z.object({ operationId: z.string() }).meta({ id: 'BegunOperation' });
export const begunHeaders = { Location: 'Of the operation' };

export const operationBegun = (operationId: string): Answer => ({
  status: 202,
  headers: { location: `/api/ops/operations/${operationId}` },
  body: { operationId },
});
