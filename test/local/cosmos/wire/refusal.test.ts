import { expect, it } from 'vitest';
import { conflict, partitionKeyMismatch } from '../../../../local/cosmos/errors.ts';
import { refusal } from '../../../../local/cosmos/wire/refusal.ts';

const bodyOf = (error: unknown): unknown => JSON.parse(refusal(error, 'activity').body ?? '');

it('a refusal names its code, its reason and the activity', () => {
  expect(refusal(conflict(), 'activity').status).toBe(409);
  expect(bodyOf(conflict())).toEqual({
    code: 'Conflict',
    message: 'Entity with the specified id already exists in the system.\r\nActivityId: activity',
  });
});

it('the substatus is a header', () => {
  expect(refusal(partitionKeyMismatch(), 'activity')).toMatchObject({
    status: 400,
    headers: { 'x-ms-substatus': 1001 },
  });
});

it('what is unexpected says nothing of its cause', () => {
  const { status, body } = refusal(new Error('secret'), 'activity');
  expect(status).toBe(500);
  expect(body).not.toContain('secret');
});
