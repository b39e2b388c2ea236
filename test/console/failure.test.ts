import { expect, it } from 'vitest';
import { answerLost, failureOf, failureOfCommand } from '../../console/api/failure.ts';

const reused = { code: 'IdempotencyKeyReused', title: 'Idempotency key reused', detail: 'The key came before.' };

it('promises that a second try is no second command only where the command has a lasting key', () => {
  expect(answerLost(true).detail).toContain('carried out once');
  expect(answerLost(false).detail).toContain('look whether it was');
});

it('a key that the bank knows from another command tells that the first try was carried out', () => {
  const { status, title } = failureOfCommand(reused, { status: 422 });
  expect([status, title]).toEqual([422, 'Your first try was carried out']);
});

it('leaves every other refusal in the words of the bank', () => {
  const refusal = { code: 'InsufficientFunds', title: 'Insufficient funds', detail: 'There is less.' };
  expect(failureOfCommand(refusal, { status: 409 })).toEqual(failureOf(refusal, { status: 409 }));
});
