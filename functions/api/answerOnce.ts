import type { Answered } from '../../application/webhooks/oncePerKey.ts';
import type { Answer } from '../http/answer.ts';
import { notFound, problem } from '../http/problem.ts';

/** Answers a request that is carried out once for its key; with a refusal, 404 by default, where it was not carried out. */
export const answerOnce = (
  status: number,
  answered: Answered<Answer['body']> | 'keyReused' | undefined,
  refusal: Answer = notFound(),
): Answer => {
  if (answered === undefined) return refusal;
  if (answered === 'keyReused') return problem('IdempotencyKeyReused');
  const { answer, isRepeat } = answered;
  return {
    status,
    ...(answer !== undefined && { body: answer }),
    ...(isRepeat && { headers: { 'idempotency-replayed': 'true' } }),
  };
};
