import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Broker } from '../../../../local/serviceBus/broker/broker.ts';
import { startTurns } from '../../../../local/serviceBus/broker/turns.ts';

const broker = (log: string[], deadline = Infinity) =>
  ({ advance: () => void log.push('advance'), nextDeadline: () => deadline }) as unknown as Broker;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] }));
afterEach(() => void vi.useRealTimers());

describe('a turn', () => {
  it('commits once for all that happened in it, and only then has effects, in their order', async () => {
    const log: string[] = [];
    const turns = startTurns(
      broker(log),
      () => log.push('commit'),
      () => 0,
    );
    turns.after(() => log.push('first'));
    turns.after(() => log.push('second'));
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual(['advance', 'commit', 'first', 'second']);
    turns.close();
  });

  it('leaves what an effect causes to the next turn', async () => {
    const log: string[] = [];
    const turns = startTurns(
      broker(log),
      () => log.push('commit'),
      () => 0,
    );
    turns.after(() => turns.after(() => log.push('later')));
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual(['advance', 'commit', 'advance', 'commit', 'later']);
    turns.close();
  });

  it('that cannot be committed has no effects until it can', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const log: string[] = [];
    let full = true;
    const commit = () => {
      if (full) throw new Error('the disk is full');
    };
    const turns = startTurns(broker([]), commit, () => 0);
    turns.after(() => log.push('acknowledged'));
    await vi.advanceTimersByTimeAsync(500);
    expect(log).toEqual([]);
    expect(warnings).toHaveBeenCalledWith(expect.objectContaining({ message: 'the disk is full' }));
    full = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(log).toEqual(['acknowledged']);
    turns.close();
    warnings.mockRestore();
  });

  it('comes by itself when time alone has something to do', async () => {
    const log: string[] = [];
    const turns = startTurns(broker(log, 300), () => undefined, Date.now);
    vi.setSystemTime(0);
    await vi.advanceTimersByTimeAsync(1);
    log.length = 0;
    await vi.advanceTimersByTimeAsync(1001);
    expect(log.length).toBeGreaterThan(0);
    turns.close();
  });

  it('is taken a last time at the end', () => {
    const log: string[] = [];
    const turns = startTurns(
      broker([]),
      () => log.push('commit'),
      () => 0,
    );
    turns.after(() => log.push('effect'));
    turns.close();
    expect(log).toEqual(['commit', 'effect']);
  });
});
