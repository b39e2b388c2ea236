import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createConnectionState } from '../../../../local/functionsHost/triggers/connectionState.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const watch = () => {
  const lines: string[] = [];
  const state = createConnectionState('f', (_level, message) => lines.push(message.replace(/^cannot receive.*: /, '')));
  const refused = Object.assign(new Error('no such topic'), { code: 'MessagingEntityNotFound' });
  return { lines, state, away: new Error('away'), refused };
};

it('says nothing of a first connection', () => {
  const { lines, state } = watch();
  state.connected();
  vi.advanceTimersByTime(1_000);
  expect(lines).toEqual([]);
});

it('says once that the broker is away, and once that it is back', () => {
  const { lines, state, away } = watch();
  state.failed(away);
  state.failed(new Error('away in another way'));
  state.connected();
  vi.advanceTimersByTime(1_000);
  state.failed(away);
  expect(lines).toEqual(['away', 'receives again', 'away']);
});

it('says what a broker that is back refuses', () => {
  const { lines, state, away, refused } = watch();
  state.failed(away);
  state.failed(refused);
  expect(lines).toEqual(['away', 'no such topic']);
});

it('does not take a link that is refused at once for a connection', () => {
  const { lines, state, away, refused } = watch();
  for (const error of [refused, away, refused]) {
    state.failed(error);
    state.connected();
    vi.advanceTimersByTime(100);
  }
  expect(lines).toEqual(['no such topic']);
});
