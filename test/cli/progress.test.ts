import { describe, expect, it } from 'vitest';
import { followOperation } from '../../cli/followOperation.ts';
import type { ApiClient } from '../../client/client.ts';
import { progressLine, type Progress } from '../../cli/progressLine.ts';

const running: Progress = { status: 'running', done: 25_000, total: 100_000, rate: 5_000, secondsLeft: 75 };
const numbers = '25 %  25,000 of 100,000 events, 5,000/s, 1 min 15 s left';

describe('progress', () => {
  it('names what it counts, where that is not events', () =>
    expect(progressLine({ ...running, unit: 'steps' })).toContain('25,000 of 100,000 steps, '));

  it('is a bar as wide as the terminal allows, and the numbers', () => {
    expect(progressLine(running, 120)).toBe(`${'█'.repeat(10)}${'░'.repeat(30)}  ${numbers}`);
    expect(progressLine(running, numbers.length + 15)).toBe(`${'█'.repeat(3)}${'░'.repeat(9)}  ${numbers}`);
  });

  it('is the numbers alone where there is no terminal, or a narrow one', () => {
    expect(progressLine(running)).toBe(numbers);
    expect(progressLine(running, 60)).toBe(numbers);
  });

  it('of nothing is all of it in the end', () =>
    expect(progressLine({ ...running, status: 'succeeded', done: 0, total: 0 })).toMatch(/^100 %/));

  it('of a failure is its reason', () =>
    expect(progressLine({ ...running, status: 'failed', reason: 'no' }, 120)).toBe('failed: no'));

  it('of what was cancelled is how far it came', () =>
    expect(progressLine({ ...running, status: 'cancelled' }, 120)).toBe('cancelled after 25,000 of 100,000 events'));
});

describe('following an operation', () => {
  const follow = async (isTTY: boolean) => {
    const states: Progress[] = [running, running, { ...running, status: 'succeeded', done: 100_000 }];
    let written = '';
    const output = { isTTY, columns: 40, write: (text: string) => (written += text) };
    const api = { GET: () => Promise.resolve({ data: states.shift() }) } as unknown as ApiClient;
    return { end: await followOperation(api, 'o', output, 0), written };
  };

  it('tells a terminal how to end it', async () =>
    expect((await follow(true)).written).toMatch(
      /^Ctrl-C leaves it running; DELETE \/api\/ops\/operations\/o ends it\.\n/,
    ));

  it('moves one line on a terminal', async () => {
    const { end, written } = await follow(true);
    expect(end).toBe('succeeded');
    expect(written.split('\r\u001b[2K')).toHaveLength(4);
    expect(written.split('\n')).toHaveLength(3);
  });

  it('writes a line for each change elsewhere', async () =>
    expect((await follow(false)).written.trim().split('\n')).toHaveLength(2));
});
