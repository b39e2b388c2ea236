import { z } from 'zod';

/**
 * Work that goes on after its request was answered; the store keeps it for 30 days after its last change. The HTTP API calls it an
 * operation.
 */
export type Job = {
  readonly jobId: string;
  readonly kind: 'rebuild' | 'replay';
  /** The name of the view, or of the listener, that it works on. */
  readonly subject: string;
  readonly status: 'running' | 'succeeded' | 'failed' | 'cancelled';
  /** Somebody asked it to end before its next step; it finishes the step that is under way. */
  readonly cancelRequested?: boolean | undefined;
  /** Why it failed. */
  readonly reason?: string | undefined;
  /** Events worked on, of how many; the total is an estimate until the end. */
  readonly done: number;
  readonly total: number;
  readonly startedAt: string;
  /** When it last changed; for a job that has ended, when it ended. */
  readonly updatedAt: string;
  /** The input of its next step; only code of its own kind can read it. */
  readonly state?: unknown;
};

/** Where a page of jobs ends. */
export const jobPlace = z.object({ startedAt: z.string(), id: z.string() });
export type JobPlace = z.infer<typeof jobPlace>;

export type Jobs = {
  load(jobId: string): Promise<Job | undefined>;
  /** Newest first, and where the next page begins: undefined on the last. */
  list(
    limit: number,
    after?: JobPlace,
  ): Promise<{ readonly items: readonly Job[]; readonly next?: JobPlace | undefined }>;
  /** The jobs of a kind that have not ended. */
  running(kind: Job['kind']): Promise<readonly Job[]>;
  /** Begins a job; one that has begun already stays as it is. */
  begin(job: Omit<Job, 'startedAt' | 'updatedAt'>): Promise<void>;
  /**
   * Changes a job as it is now, all or nothing: the store asks `change` again when somebody else changed the job meanwhile,
   * and leaves the job alone when `change` answers undefined. Returns the job after that, undefined if there is none.
   */
  update(jobId: string, change: (job: Job) => Partial<Job> | undefined): Promise<Job | undefined>;
};

/** Asks a job to end, if it is running. Returns the job after that; undefined if there is none. */
export const requestCancellation = (jobs: Jobs, jobId: string): Promise<Job | undefined> =>
  jobs.update(jobId, ({ status, cancelRequested }) =>
    status === 'running' && !cancelRequested ? { cancelRequested: true } : undefined,
  );

/** Ends a job, unless it has ended. */
export const endJob = (jobs: Jobs, jobId: string, end: Partial<Job>) =>
  jobs.update(jobId, ({ status }) => (status === 'running' ? end : undefined));

/** Events a second so far, and the seconds left at that rate: undefined where nobody can tell. */
export const progressOf = ({ status, done, total, startedAt, updatedAt }: Job, now: number) => {
  const until = status === 'running' ? now : Date.parse(updatedAt);
  const seconds = (until - Date.parse(startedAt)) / 1_000;
  const rate = seconds > 0 ? done / seconds : 0;
  const left = Math.max(0, total - done);
  return {
    rate: Math.round(rate),
    secondsLeft: status === 'running' ? (rate > 0 ? Math.ceil(left / rate) : undefined) : 0,
  };
};
