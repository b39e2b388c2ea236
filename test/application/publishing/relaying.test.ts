import { describe, expect, it } from 'vitest';
import { createRelaying } from '../../../application/publishing/relaying.ts';

/** A relay whose runs end when the test lets them. */
const relaying = () => {
  const runs: { readonly end: () => void; readonly fail: () => void }[] = [];
  const warnings: string[] = [];
  const relay = createRelaying({
    checkpoints: {
      load: () =>
        new Promise((resolve, reject) => {
          runs.push({ end: () => resolve(undefined), fail: () => reject(new Error('away')) });
        }),
      save: (_, position) => Promise.resolve({ position, etag: '' }),
    },
    changeFeed: { read: () => Promise.resolve({ commits: [], position: '1', end: true }) },
    topic: { send: () => Promise.resolve([]) },
    isSent: () => false,
    parking: { park: () => Promise.resolve() },
    clock: { now: () => 0 },
    log: (level, message) => warnings.push(`${level}: ${message}`),
  });
  const begun = (count: number) => expect.poll(() => runs.length, { interval: 1 }).toBe(count);
  return { ...relay, runs, warnings, begun };
};

describe('an instance runs the relay', () => {
  it('after 500 commits, however they come', async () => {
    const { note, runs, begun } = relaying();
    note(499);
    await Promise.resolve();
    expect(runs).toHaveLength(0);
    note(1);
    await begun(1);
  });

  it('once at a time, and again for as many that came meanwhile', async () => {
    const { note, runs, begun } = relaying();
    note(500);
    await begun(1);
    note(700);
    expect(runs).toHaveLength(1);
    runs[0]?.end();
    await expect
      .poll(() => {
        note(0);
        return runs.length;
      })
      .toBe(2);
  });

  it('also when the timer asks, after the run that is under way', async () => {
    const { note, run, runs, begun } = relaying();
    note(500);
    await begun(1);
    const asked = run(1_000);
    expect(runs).toHaveLength(1);
    runs[0]?.fail();
    await begun(2);
    runs[1]?.end();
    expect(await asked).toBe(0);
  });

  it('without failing where the relay fails, and counts from there', async () => {
    const { note, runs, warnings, begun } = relaying();
    note(500);
    await begun(1);
    runs[0]?.fail();
    await expect.poll(() => warnings, { interval: 1 }).toEqual(['warn: The relay goes on later: Error: away']);
    note(499);
    await Promise.resolve();
    expect(runs).toHaveLength(1);
    note(1);
    await begun(2);
  });
});
