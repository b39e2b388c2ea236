import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosJobs } from '../../adapters/cosmos/jobs.ts';
import { cosmosForTests } from '../support/cosmos.ts';

const database = await cosmosForTests();
let now = Date.UTC(2026, 0, 1);
const jobs = cosmosJobs(database.container('operations'), { now: () => (now += 1_000) });

const begun = async (): Promise<string> => {
  const jobId = randomUUID();
  const job = { jobId, kind: 'rebuild', subject: 'accounts', status: 'running' } as const;
  await jobs.begin({ ...job, done: 0, total: 10, state: { step: 1 } });
  return jobId;
};

describe('a job', () => {
  it('that never began is not there, and cannot be changed', async () => {
    expect(await jobs.load(randomUUID())).toBeUndefined();
    expect(await jobs.update(randomUUID(), () => ({ done: 1 }))).toBeUndefined();
  });

  it('begins once', async () => {
    const jobId = await begun();
    const first = await jobs.load(jobId);
    expect(first).toMatchObject({ status: 'running', done: 0, total: 10, state: { step: 1 } });
    await jobs.begin({ jobId, kind: 'replay', subject: 'other', status: 'failed', done: 5, total: 5 });
    expect(await jobs.load(jobId)).toEqual(first);
  });

  it('is changed by many at once, each building on the others', async () => {
    const jobId = await begun();
    await Promise.all(Array.from({ length: 10 }, () => jobs.update(jobId, ({ done }) => ({ done: done + 1 }))));
    const after = await jobs.load(jobId);
    expect(after).toMatchObject({ done: 10, subject: 'accounts' });
    expect(Date.parse(after?.updatedAt ?? '')).toBeGreaterThan(Date.parse(after?.startedAt ?? ''));
  });

  it('is kept as one that was asked to end, and that did', async () => {
    const jobId = await begun();
    for (const change of [{ cancelRequested: true }, { status: 'cancelled' }] as const) {
      await jobs.update(jobId, () => change);
      expect(await jobs.load(jobId)).toMatchObject({ jobId, ...change });
    }
    expect((await jobs.running('rebuild')).map((each) => each.jobId)).not.toContain(jobId);
  });

  it('may have no state', async () => {
    const jobId = randomUUID();
    await jobs.begin({ jobId, kind: 'replay', subject: 'kafka', status: 'running', done: 0, total: 0 });
    expect(await jobs.load(jobId)).toMatchObject({ subject: 'kafka' });
    expect((await jobs.running('replay')).map((each) => each.jobId)).toContain(jobId);
  });

  it('goes on beside one that cannot be read', async () => {
    const jobId = await begun();
    await database.container('operations').items.create({ id: randomUUID(), kind: 'rebuild', status: 'running' });
    expect((await jobs.running('rebuild')).map((each) => each.jobId)).toContain(jobId);
  });

  it('is listed, newest first, page after page', async () => {
    const ids = [await begun(), await begun(), await begun()].reverse();
    await database.container('operations').items.create({ id: randomUUID(), startedAt: '2000-01-01T00:00:00.000Z' });
    const { items, next } = await jobs.list(2);
    expect(items.map(({ jobId }) => jobId)).toEqual(ids.slice(0, 2));
    await begun();
    expect((await jobs.list(1, next)).items.map(({ jobId }) => jobId)).toEqual(ids.slice(2));
    const all = await jobs.list(200);
    expect({ length: all.items.length > 3, next: all.next }).toEqual({ length: true, next: undefined });
  });

  it('stays as it is where the change is none', async () => {
    const jobId = await begun();
    const before = await jobs.load(jobId);
    expect(await jobs.update(jobId, () => undefined)).toEqual(before);
    expect(await jobs.load(jobId)).toEqual(before);
  });
});
