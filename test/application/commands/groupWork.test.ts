import { describe, expect, it } from 'vitest';
import { nextStep } from '../../../application/commands/decideGroup.ts';
import { mayBeCommitted } from '../../../application/commands/groupWork.ts';
import { commitOf, opened } from '../../support/bank.ts';

describe('the step after a decision', () => {
  const accepted = [{ item: undefined, commit: commitOf('account', 'a', 0, [opened()]) }];

  it.each([true, false])('is to append what is accepted, be the state proved or not (%s)', (isProved) =>
    expect(nextStep({ accepted }, isProved)).toBe('append'),
  );

  it('is to prove the state before anything is refused', () => {
    expect(nextStep({ accepted: [] }, false)).toBe('proveState');
    expect(nextStep({ accepted: [] }, true)).toBe('refuse');
  });
});

describe('a command may have been here before', () => {
  const item = (keyed: boolean) => ({ request: { keyed } });

  it('if it came with a key', () => {
    expect(mayBeCommitted(item(true), new Set())).toBe(true);
    expect(mayBeCommitted(item(false), new Set([item(false)]))).toBe(false);
  });

  it('if it was sent to the store, which gave no clear answer', () => {
    const sent = item(false);
    expect(mayBeCommitted(sent, new Set([sent]))).toBe(true);
  });
});
