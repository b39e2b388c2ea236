import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import type { AppendResult } from '../../application/eventStore.ts';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import { commitOf, deposited, opened } from '../support/bank.ts';
import { rangeOf } from '../local/cosmos/partitions/partitioned.ts';
import { cosmosWithFaults } from '../support/cosmos.ts';

const { database, faults } = await cosmosWithFaults(3);
const store = cosmosEventStore(database.container('events'));
afterEach(() => faults.clear());

const append = (commit: Commit) => store.append([commit], { state: {}, stateVersion: 1 });
const first = (id: string, fields: Partial<Commit> = {}) => commitOf('account', id, 0, [opened()], fields);
const second = (id: string, fields: Partial<Commit> = {}) => commitOf('account', id, 1, [deposited(1, 1)], fields);
const begun = async () => {
  const id = randomUUID();
  await append(first(id));
  return id;
};
const done = { outcome: 'appended' };
const taken = { outcome: 'conflict', index: 0 };

/** The outcome of each append, or the failure. */
const outcomes = async (commits: readonly Commit[]) =>
  (await Promise.allSettled(commits.map(append))).map((result) =>
    result.status === 'fulfilled' ? result.value : (result.reason as Error),
  );
const idIn = (range: string): string => {
  for (;;) {
    const id = randomUUID();
    if (rangeOf(id) === range) return id;
  }
};
const hasOnce = async (id: string): Promise<boolean> => (await store.commitAt(id, 1)) !== undefined;

describe('appends that share a request', () => {
  it('have each an outcome of its own', async () => {
    const [stale, repeat, throttled, large] = [await begun(), await begun(), await begun(), await begun()];
    const others = await Promise.all(Array.from({ length: 40 }, begun));
    await faults.inject({
      on: { operation: 'bulk', key: throttled },
      times: 3,
      fault: { kind: 'answer', status: 429 },
    });
    const results = await outcomes([
      first(stale, { commandId: 'u:other' }),
      second(repeat, { commandId: first(repeat).commandId }),
      second(throttled),
      second(large, { actor: 'x'.repeat(2_100_000) }),
      ...others.map((id) => second(id)),
    ]);
    expect(results.slice(0, 4)).toEqual([taken, taken, done, { outcome: 'tooLarge' }]);
    // The request as a whole was too large for one range: the others have written, and find their own commits then.
    for (const result of results.slice(4)) expect([done, taken]).toContainEqual(result);
    expect(await Promise.all(others.map((id) => store.commitAt(id, 2)))).toEqual(others.map((id) => second(id)));
  });

  it('are not held up by one that is throttled to the end, which is refused and no more', async () => {
    const throttled = await begun();
    await faults.inject({
      on: { operation: 'bulk', key: throttled },
      times: 999,
      fault: { kind: 'answer', status: 429 },
    });
    let isOver = false;
    const refused = append(second(throttled)).then(
      () => undefined,
      (error: unknown) => ((isOver = true), error),
    );
    for (let round = 0; round < 20; round += 1) expect(await append(first(randomUUID()))).toEqual(done);
    expect(isOver).toBe(false);
    expect(await refused).toMatchObject({ name: 'ServiceUnavailable', outcomeUnknown: false });
  });

  it('of one range that is away are unknown, and only they in the end', async () => {
    await faults.inject({ on: { operation: 'bulk', range: '1' }, times: 999, fault: { kind: 'answer', status: 503 } });
    const ids = Array.from({ length: 30 }, (_, index) => idIn(String(index % 3)));
    const results = await outcomes(ids.map((id) => first(id)));
    // Those that shared the request with the range that is away cannot know; alone they do.
    for (const result of results) {
      if (result instanceof Error) expect(result).toMatchObject({ name: 'ServiceUnavailable', outcomeUnknown: true });
      else expect(result).toEqual(done);
    }
    const again = await outcomes(ids.map((id) => first(id)));
    again.forEach((result, index) => {
      if (index % 3 === 1) expect(result).toBeInstanceOf(ServiceUnavailable);
      else expect([done, taken]).toContainEqual(result as AppendResult);
    });
    await faults.clear();
    expect(await Promise.all(ids.map(hasOnce))).toEqual(ids.map((_, index) => index % 3 !== 1));
  });

  it('of a range that is throttled are made again, each alone, and the others find their own commits', async () => {
    await faults.inject({ on: { operation: 'bulk', range: '1' }, times: 2, fault: { kind: 'answer', status: 429 } });
    const ids = Array.from({ length: 30 }, (_, index) => idIn(String(index % 3)));
    const results = await outcomes(ids.map((id) => first(id)));
    for (const result of results) expect([done, taken]).toContainEqual(result);
    expect(await Promise.all(ids.map(hasOnce))).toEqual(ids.map(() => true));
  });

  it('of a range that is refused for good do not blame the others', async () => {
    await faults.inject({ on: { operation: 'bulk', range: '1' }, times: 999, fault: { kind: 'answer', status: 403 } });
    const ids = ['0', '1', '2'].map(idIn);
    const unknown = { name: 'ServiceUnavailable', outcomeUnknown: true };
    for (const result of await outcomes(ids.map((id) => first(id)))) expect(result).toMatchObject(unknown);
    expect(await Promise.all(ids.map(hasOnce))).toEqual([true, false, true]);
    // Alone, each has its own outcome.
    const [one, refused, other] = await outcomes(ids.map((id) => first(id)));
    expect([one, other]).toEqual([taken, taken]);
    expect(refused).toMatchObject({ name: 'Error' });
  });

  it('stay unknown where they shared a request that was too large, and are throttled from then on', async () => {
    const [large, small] = [idIn('0'), idIn('1')];
    await faults.inject({
      on: { operation: 'bulk', key: small },
      skip: 1,
      times: 999,
      fault: { kind: 'answer', status: 429 },
    });
    const results = await outcomes([first(large, { actor: 'x'.repeat(2_100_000) }), first(small)]);
    expect(results[0]).toEqual({ outcome: 'tooLarge' });
    expect(results[1]).toMatchObject({ name: 'ServiceUnavailable', outcomeUnknown: true });
    expect(await hasOnce(small)).toBe(true);
  });

  it('are made once more where one alone is refused with 400, as after a split', async () => {
    await faults.inject({ on: { operation: 'bulk', range: '1' }, times: 1, fault: { kind: 'answer', status: 400 } });
    expect(await append(first(idIn('1')))).toEqual(done);
  });

  it('are no more than refused where that is so again: the request is malformed', async () => {
    await faults.inject({ on: { operation: 'bulk', range: '1' }, times: 9, fault: { kind: 'answer', status: 400 } });
    await expect(append(first(idIn('1')))).rejects.toMatchObject({ cause: { code: 400 } });
    expect(await faults.hits()).toEqual([2]);
  });

  it('are unavailable while their container is away', async () => {
    await faults.inject({
      on: { operation: 'bulk' },
      times: 1,
      fault: { kind: 'answer', status: 404, substatus: 1003 },
    });
    const id = randomUUID();
    await expect(append(first(id))).rejects.toMatchObject({ name: 'ServiceUnavailable', outcomeUnknown: false });
    expect(await append(first(id))).toEqual(done);
  });

  it('are counted after a split, too', async () => {
    await begun();
    const before = await store.countCommits();
    await faults.split('events', '0');
    expect(await store.countCommits()).toBe(before);
  });

  it('survive a split in the middle', async () => {
    const ids = Array.from({ length: 300 }, () => randomUUID());
    const appended = Promise.all(ids.map((id) => append(first(id))));
    await faults.split('events', '2');
    expect(await appended).toEqual(ids.map(() => done));
    expect(await Promise.all(ids.map(hasOnce))).toEqual(ids.map(() => true));
  });
});
