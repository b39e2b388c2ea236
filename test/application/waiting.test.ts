import { expect, it } from 'vitest';
import { createWaiting } from '../../application/waiting.ts';

it('lets eight requests wait, of which two are of one caller, until they leave', () => {
  const waiting = createWaiting();
  const enter = (caller: string, times: number) => Array.from({ length: times }, () => waiting.enter(caller));
  const admitted = [...enter('a', 3), ...enter('b', 2), ...enter('c', 2), ...enter('d', 2), ...enter('e', 2)];
  expect(admitted.map((leave) => leave !== undefined)).toEqual([
    ...[true, true, false],
    ...[true, true, true, true, true, true],
    ...[false, false],
  ]);
  admitted[0]?.();
  expect(waiting.enter('b')).toBeUndefined();
  expect(waiting.enter('a')).toBeDefined();
  expect(waiting.enter('a')).toBeUndefined();
});
