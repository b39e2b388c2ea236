import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import { instant } from '../../domain/commit.ts';
import type { Operation, Operations } from '../../application/jobs/operations.ts';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import type { Clock } from '../../application/clock.ts';
import { createOrReplace } from './client/createOrReplace.ts';
import { cosmosCall } from './client/failure.ts';
import { readItem } from './client/readItem.ts';

const maximumConflicts = 50;

const operationItem = z.object({
  operationId: z.string(),
  kind: z.enum(['rebuild', 'replay']),
  subject: z.string(),
  status: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
  cancelRequested: z.boolean().optional(),
  reason: z.string().optional(),
  done: z.number(),
  total: z.number(),
  startedAt: instant,
  updatedAt: instant,
  state: z.unknown(),
});

/** Container `operations`, partition key `/id`. */
export const cosmosOperations = (operations: Container, clock: Clock): Operations => {
  const now = () => new Date(clock.now()).toISOString();
  const read = async (operationId: string): Promise<{ operation: Operation; etag: string } | undefined> => {
    const found = await readItem(operations, operationId, operationId);
    if (found === undefined || found === 'unchanged') return undefined;
    return { operation: operationItem.parse(found.item), etag: found.etag };
  };
  const write = (operation: Operation, etag: string | undefined) =>
    createOrReplace(operations, { id: operation.operationId, ...operation }, operation.operationId, etag);

  return {
    load: async (operationId) => (await read(operationId))?.operation,
    async running(kind) {
      const query = {
        query: "SELECT * FROM c WHERE c.status = 'running' AND c.kind = @kind",
        parameters: [{ name: '@kind', value: kind }],
      };
      const { resources } = await cosmosCall(() => operations.items.query<unknown>(query).fetchAll());
      // One that cannot be read cannot go on, and stands in no other's way.
      return resources.flatMap((item) => operationItem.safeParse(item).data ?? []);
    },
    async begin(operation) {
      await write({ ...operation, startedAt: now(), updatedAt: now() }, undefined);
    },
    async update(operationId, change) {
      for (let conflicts = 0; conflicts < maximumConflicts; conflicts += 1) {
        const found = await read(operationId);
        const changes = found && change(found.operation);
        if (!changes) return found?.operation;
        const changed = { ...found.operation, ...changes, updatedAt: now() };
        if ((await write(changed, found.etag)) !== 'conflict') return changed;
      }
      throw new ServiceUnavailable(`Operation ${operationId}`);
    },
  };
};
