import { describe, expect, it } from 'vitest';
import { progressOf, type Job } from '../../../application/jobs/jobs.ts';

const job: Job = {
  jobId: 'o',
  kind: 'rebuild',
  subject: 'accounts',
  status: 'running',
  done: 500,
  total: 2_000,
  startedAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:05.000Z',
};
const at = (second: number) => Date.UTC(2026, 0, 1, 0, 0, second);

describe('the progress of a job', () => {
  it('is its rate so far, and the time that is left at that rate', () =>
    expect(progressOf(job, at(10))).toEqual({ rate: 50, secondsLeft: 30 }));

  it('is unknown before anything is done', () =>
    expect(progressOf({ ...job, done: 0 }, at(0))).toEqual({ rate: 0, secondsLeft: undefined }));

  it('is that of its end once it has ended', () =>
    expect(progressOf({ ...job, status: 'succeeded', done: 2_000 }, at(60))).toEqual({
      rate: 400,
      secondsLeft: 0,
    }));

  it('is never less than nothing', () => expect(progressOf({ ...job, done: 2_500 }, at(10)).secondsLeft).toBe(0));
});
