import { randomUUID } from 'node:crypto';
import type { Container, JSONObject, OperationInput } from '@azure/cosmos';
import { z } from 'zod';
import { updateUntilWritten } from '../../application/updateUntilWritten.ts';
import type { KeptAnswer, Webhooks } from '../../application/webhooks/ports.ts';
import type { Webhook } from '../../application/webhooks/webhook.ts';
import { instant } from '../../eventSourcing/commit.ts';
import { createOrReplace } from './client/createOrReplace.ts';
import { deleteAsRead } from './client/deleteAsRead.ts';
import { cosmosCall, unexpectedStatus } from './client/failure.ts';
import { queryAll } from './client/queryAll.ts';
import { readItem } from './client/readItem.ts';

/** All webhooks are in one partition: whoever has an event to tell reads them all, and nobody has more than a few. */
const partition = 'webhook';

const made = { url: z.string(), types: z.array(z.string()), description: z.string().nullable() };

const webhookItem = z.object({
  id: z.string(),
  ...made,
  createdAt: instant,
  status: z.enum(['enabled', 'resting', 'disabled', 'deleted']),
  reason: z.enum(['operator', 'failing', 'gone', 'secretLost']).optional(),
  secrets: z.array(z.object({ key: z.string(), sealed: z.string(), until: instant.optional() })),
  failures: z.int(),
  firstFailureAt: instant.optional(),
  lastSuccessAt: instant.optional(),
  probe: z.string().optional(),
  term: z.int(),
  made: z.object({ ...made, fingerprint: z.string() }),
});

const keptAnswer = z.object({
  ...{ commandId: z.string(), fingerprint: z.string(), answer: z.unknown().optional() },
  /** The id of the change that wrote it. */
  changeId: z.string().optional(),
});
const keptId = (webhookId: string, commandId: string): string => `${webhookId}:${commandId}`;

const itemOf = (webhook: Webhook) => ({ kind: partition, ...webhook });
const keptItem = (webhookId: string, answer: KeptAnswer) => ({
  ...{ kind: partition, id: keptId(webhookId, answer.commandId), webhookId, ...answer },
});

const isYounger = (one: Webhook, other: Webhook): boolean =>
  one.createdAt > other.createdAt || (one.createdAt === other.createdAt && one.id > other.id);

/**
 * Container `webhooks`, partition key `/kind`: an item for each webhook, also for a deleted one, and beside them an item without a
 * status for each answer that is kept.
 */
export const cosmosWebhooks = (container: Container): Webhooks => {
  const read = async (id: string) => {
    const found = await readItem(container, id, partition);
    return found && { webhook: webhookItem.parse(found.item), etag: found.etag };
  };
  const write = (webhook: Webhook, etag: string | undefined) =>
    createOrReplace(container, itemOf(webhook), partition, etag);

  const readKept = async (webhookId: string, commandId: string) => {
    const found = await readItem(container, keptId(webhookId, commandId), partition);
    return found && keptAnswer.parse(found.item);
  };

  return {
    async list() {
      const query = "SELECT * FROM c WHERE c.status != 'deleted'";
      const items = await queryAll(container, query, { partitionKey: partition });
      return items.map((item) => webhookItem.parse(item)).sort((a, b) => (isYounger(a, b) ? -1 : 1));
    },
    load: async (id) => (await read(id))?.webhook,
    create: async (webhook) => (await write(webhook, undefined)) !== 'conflict',
    update: (id, change) =>
      updateUntilWritten<Webhook | undefined>(`Webhook ${id}`, async () => {
        const found = await read(id);
        if (!found || found.webhook.status === 'deleted') return undefined;
        const changed = change(found.webhook);
        if (!changed) return found.webhook;
        return (await write(changed, found.etag)) === 'conflict' ? 'conflict' : changed;
      }),
    updateAndKeep(id, change, keep) {
      const changeId = randomUUID();
      return updateUntilWritten<Webhook | 'answered' | undefined>(`Webhook ${id}`, async () => {
        const found = await read(id);
        if (!found || found.webhook.status === 'deleted') return undefined;
        const after = change(found.webhook);
        const answer = keep(after);
        const kept = { ...keptItem(id, answer), changeId };
        const operations: OperationInput[] = [
          { operationType: 'Replace', id, ifMatch: found.etag, resourceBody: itemOf(after) as unknown as JSONObject },
          { operationType: 'Create', resourceBody: kept as unknown as JSONObject },
        ];
        const { code, result = [] } = await cosmosCall(() => container.items.batch(operations, partition));
        if (code === 200) return after;
        const first = await readKept(id, answer.commandId);
        // Where Cosmos DB wrote the batch and its answer was lost, the call's second try is refused.
        if (first) return first.changeId === changeId ? after : 'answered';
        if (result[0]?.statusCode === 412) return 'conflict';
        throw unexpectedStatus(code, 'to a change of a webhook');
      });
    },
    keep: async (id, answer) =>
      (await createOrReplace(container, keptItem(id, answer), partition, undefined)) !== 'conflict',
    answered: readKept,
    async remove(id) {
      const found = await read(id);
      if (found) await deleteAsRead(container, id, partition, found.etag);
    },
  };
};
