import { describe, expect, it } from 'vitest';
import type { Checkpoint, Checkpoints } from '../../../application/checkpoints.ts';
import {
  checkInvariants,
  listInvariants,
  type Breach,
  type Invariant,
} from '../../../application/invariants/invariants.ts';

const minuteMs = 60_000;

const inMemory = (): Checkpoints => {
  const stored = new Map<string, Checkpoint>();
  return {
    load: (name) => Promise.resolve(stored.get(name)),
    save(name, position, expected) {
      if (stored.get(name)?.etag !== expected) return Promise.resolve('conflict');
      const written = { position, etag: String(Number(expected ?? 0) + 1) };
      stored.set(name, written);
      return Promise.resolve(written);
    },
  };
};

/** Numbers, of which each pass looks at two; those that are broken break the invariant. */
const numbers = (broken: Set<number>, looked: number[] = []): Invariant => {
  const breachOf = (number: number): Breach | undefined =>
    broken.has(number) ? { key: String(number), detail: `${number} is broken` } : undefined;
  return {
    name: 'numbers',
    look(from) {
      const begin = Number(from ?? 0);
      const page = [begin, begin + 1];
      looked.push(...page);
      const next = begin + 2 < 6 ? String(begin + 2) : undefined;
      return Promise.resolve({ breaches: page.flatMap((each) => breachOf(each) ?? []), next });
    },
    lookAgain: (key) => Promise.resolve(breachOf(Number(key))),
  };
};

const checking = (invariants: readonly Invariant[], checkpoints = inMemory()) => {
  let now = Date.UTC(2026, 10, 20);
  const counted: [string, number][] = [];
  const logged: string[] = [];
  const options = {
    ...{ invariants, checkpoints },
    clock: { now: () => now },
    log: (level: string, message: string) => void logged.push(`${level}: ${message}`),
    onChecked: (name: string, breaches: number) => void counted.push([name, breaches]),
  };
  return {
    ...{ counted, logged },
    pass: async (afterMs = minuteMs) => {
      now += afterMs;
      await checkInvariants(options);
      return (await listInvariants(options))[0];
    },
    list: () => listInvariants(options),
  };
};

describe('an invariant', () => {
  it('is not listed before its first pass', async () =>
    expect(await checking([numbers(new Set())]).list()).toEqual([]));

  it('looks at everything in turn, again and again', async () => {
    const looked: number[] = [];
    const { pass } = checking([numbers(new Set(), looked)]);
    for (let passes = 0; passes < 4; passes += 1) expect(await pass()).toMatchObject({ holds: true });
    expect(looked).toEqual([0, 1, 2, 3, 4, 5, 0, 1]);
  });

  it('is broken from the pass that finds a breach until one that finds it mended, whatever it looks at meanwhile', async () => {
    const broken = new Set([2]);
    const { pass, counted, logged } = checking([numbers(broken)]);
    expect(await pass()).toEqual({ name: 'numbers', holds: true, checkedAt: '2026-11-20T00:01:00.000Z' });
    const shown = { name: 'numbers', holds: false, detail: '2 is broken' };
    expect(await pass()).toEqual({ ...shown, checkedAt: '2026-11-20T00:02:00.000Z' });
    expect(await pass()).toEqual({ ...shown, checkedAt: '2026-11-20T00:03:00.000Z' });
    broken.clear();
    expect(await pass()).toEqual({ name: 'numbers', holds: true, checkedAt: '2026-11-20T00:04:00.000Z' });
    expect(counted.map(([, breaches]) => breaches)).toEqual([0, 1, 1, 0]);
    expect(logged).toEqual(['error: The invariant numbers is broken: 2 is broken']);
  });

  it('names a few of what breaks it, and how many there are', async () => {
    const { pass } = checking([numbers(new Set([0, 1, 2, 3, 4]))]);
    await pass();
    await pass();
    expect((await pass())?.detail).toBe('0 is broken; 1 is broken; 2 is broken; and 2 more');
  });

  it('says how far it has looked, after what breaks it', async () => {
    const broken = new Set<number>();
    const plain = numbers(broken);
    const { pass } = checking([
      { ...plain, look: async (from) => ({ ...(await plain.look(from)), progress: 'to 2' }) },
    ]);
    expect(await pass()).toMatchObject({ holds: true, detail: 'to 2' });
    broken.add(2);
    expect(await pass()).toMatchObject({ holds: false, detail: '2 is broken; to 2' });
  });

  it('is left alone where another instance has just looked', async () => {
    const looked: number[] = [];
    const checkpoints = inMemory();
    const [one, other] = [1, 2].map(() => checking([numbers(new Set(), looked)], checkpoints));
    await one?.pass();
    await other?.pass(minuteMs + 1_000);
    expect(looked).toEqual([0, 1]);
  });

  it('that cannot be checked keeps its record, and stops no other', async () => {
    let isAway = false;
    const away: Invariant = {
      name: 'away',
      look: () => (isAway ? Promise.reject(new Error('is away')) : Promise.resolve({ breaches: [], next: undefined })),
      lookAgain: () => Promise.resolve(undefined),
    };
    const { pass, list, logged } = checking([away, numbers(new Set())]);
    await pass();
    isAway = true;
    await pass();
    expect(await list()).toMatchObject([
      { name: 'away', holds: true, checkedAt: '2026-11-20T00:01:00.000Z' },
      { name: 'numbers', holds: true, checkedAt: '2026-11-20T00:02:00.000Z' },
    ]);
    expect(logged).toEqual(['warn: The invariant away is not checked: Error: is away']);
  });
});
