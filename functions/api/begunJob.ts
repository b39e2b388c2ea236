import { z } from 'zod';
import { aggregateId } from '../../projections/fields.ts';
import type { Answer } from '../http/answer.ts';

/** The answer of endpoints that begin a rebuild or a replay. */
export const begun = {
  status: 202,
  body: z.object({ operationId: aggregateId }).meta({ id: 'BegunOperation' }),
  headers: { Location: 'The path of the operation' },
};

export const answerBegun = (operationId: string): Answer => ({
  status: 202,
  headers: { location: `/api/ops/operations/${operationId}` },
  body: { operationId },
});
