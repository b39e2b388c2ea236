import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import { present, type Clock } from '../../application/clock.ts';
import { jobPlace, type Job, type Jobs } from '../../application/jobs/jobs.ts';
import { updateUntilWritten } from '../../application/updateUntilWritten.ts';
import { instant } from '../../eventSourcing/commit.ts';
import { createOrReplace } from './client/createOrReplace.ts';
import { keysetQuery, placeIn } from './client/keyset.ts';
import { queryAll } from './client/queryAll.ts';
import { readItem } from './client/readItem.ts';

const jobItem = z
  .object({
    id: z.string(),
    kind: z.enum(['rebuild', 'replay']),
    subject: z.string(),
    status: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
    cancelRequested: z.boolean().optional(),
    reason: z.string().optional(),
    done: z.number(),
    total: z.number(),
    startedAt: instant,
    updatedAt: instant,
    // A member that may be missing has to say so: zod refuses an object that lacks an `unknown` one.
    state: z.unknown().optional(),
  })
  .transform(({ id: jobId, ...job }): Job => ({ jobId, ...job }));

const newestFirst = [
  ['startedAt', 'descending'],
  ['id', 'descending'],
] as const;

/** A job that this program cannot read cannot go on, and does not keep the others from going on. */
const readable = (item: unknown): Job | readonly [] => jobItem.safeParse(item).data ?? [];

/** Container `operations`, partition key `/id`: an item for each job. */
export const cosmosJobs = (operations: Container, clock: Clock): Jobs => {
  const read = async (jobId: string): Promise<{ job: Job; etag: string } | undefined> => {
    const found = await readItem(operations, jobId, jobId);
    return found && { job: jobItem.parse(found.item), etag: found.etag };
  };
  const write = ({ jobId, ...job }: Job, etag: string | undefined) =>
    createOrReplace(operations, { id: jobId, ...job }, jobId, etag);

  return {
    load: async (jobId) => (await read(jobId))?.job,
    async running(kind) {
      const query = {
        query: "SELECT * FROM c WHERE c.status = 'running' AND c.kind = @kind",
        parameters: [{ name: '@kind', value: kind }],
      };
      return (await queryAll(operations, query)).flatMap(readable);
    },
    async list(limit, after) {
      const place = after && placeIn(newestFirst, after);
      const all = await queryAll(operations, keysetQuery({ orderBy: newestFirst, limit: limit + 1, after: place }));
      const found = all.slice(0, limit);
      return {
        items: found.flatMap(readable),
        next: all.length > limit ? jobPlace.parse(found.at(-1)) : undefined,
      };
    },
    async begin(job) {
      await write({ ...job, startedAt: present(clock), updatedAt: present(clock) }, undefined);
    },
    update: (jobId, change) =>
      updateUntilWritten<Job | undefined>(`Operation ${jobId}`, async () => {
        const found = await read(jobId);
        const changes = found && change(found.job);
        if (!changes) return found?.job;
        const changed = { ...found.job, ...changes, updatedAt: present(clock) };
        return (await write(changed, found.etag)) === 'conflict' ? 'conflict' : changed;
      }),
  };
};
