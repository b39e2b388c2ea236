import type { Container, JSONObject, SqlParameter } from '@azure/cosmos';
import { z } from 'zod';
import { forEachOf } from '../../application/forEachOf.ts';
import { updateUntilWritten } from '../../application/updateUntilWritten.ts';
import type { Delivery } from '../../application/webhooks/delivery.ts';
import type { Deliveries, Stored } from '../../application/webhooks/ports.ts';
import type { Webhook } from '../../application/webhooks/webhook.ts';
import { instant } from '../../eventSourcing/commit.ts';
import { bulkWriter, type Write } from './client/bulkWriter.ts';
import { unexpectedStatus } from './client/failure.ts';
import { keysetQuery, placeIn, type KeysetPage } from './client/keyset.ts';
import { queryAll } from './client/queryAll.ts';
import { readItem } from './client/readItem.ts';

const deliveryItem = z.object({
  id: z.string(),
  webhookId: z.string(),
  eventId: z.string(),
  type: z.string(),
  time: instant,
  writtenAt: instant,
  status: z.enum(['pending', 'succeeded', 'failed']),
  attempts: z.int(),
  lastStatus: z.int().optional(),
  lastError: z.string().optional(),
  dueAt: instant,
  term: z.int(),
});
const storedItem = deliveryItem.extend({ _etag: z.string() });

const daySeconds = 24 * 3_600;
/**
 * Counts from the last write. Where its webhook is disabled or deleted, a delivery ends without one: that is five days after the last
 * one at most, when a webhook that rests is disabled.
 */
const ttlOf = ({ status }: Delivery): number => (status === 'pending' ? 35 : 30) * daySeconds;
const itemOf = (delivery: Delivery): JSONObject => ({ ...delivery, ttl: ttlOf(delivery) }) as JSONObject;

const newestFirst = [
  ['writtenAt', 'descending'],
  ['id', 'descending'],
] as const;

const soonestFirst = [
  ['status', 'ascending'],
  ['term', 'ascending'],
  ['dueAt', 'ascending'],
] as const;

/** A delivery that was pending when its webhook was disabled counts as failed: its term is an earlier one. */
const conditions = {
  pending: "c.status = 'pending' AND c.term = @term",
  succeeded: "c.status = 'succeeded'",
  failed: "(c.status = 'failed' OR (c.status = 'pending' AND c.term < @term))",
} as const;

const writesAtOnce = 100;

/** Container `deliveries`, partition key `/webhookId`: an item for each event that a webhook is told of. */
export const cosmosDeliveries = (container: Container): Deliveries => {
  const write = bulkWriter(container, { repeatsUnclear: false });

  const read = async (id: string): Promise<Stored<Delivery> | undefined> => {
    const found = await readItem(container, id, webhookIdIn(id));
    return found && { item: deliveryItem.parse(found.item), etag: found.etag };
  };
  const outcomeOf = async (operation: Write, delivery: Delivery, refusal: number) => {
    const { statusCode, eTag } = await write(operation);
    if (statusCode === refusal) return 'conflict';
    if (statusCode >= 300 || eTag === undefined) throw unexpectedStatus(statusCode, `to a write of ${delivery.id}`);
    return { item: delivery, etag: eTag };
  };
  const replace = (delivery: Delivery, etag: string) => {
    const { id, webhookId: partitionKey } = delivery;
    const operation = { operationType: 'Replace', id, partitionKey, ifMatch: etag } as const;
    return outcomeOf({ ...operation, resourceBody: itemOf(delivery) }, delivery, 412);
  };
  const find = async (
    { id, term }: Pick<Webhook, 'id' | 'term'>,
    page: KeysetPage,
    conditions: readonly string[],
    parameters: readonly SqlParameter[] = [],
  ): Promise<readonly Stored<Delivery>[]> => {
    const query = keysetQuery(page, conditions, [{ name: '@term', value: term }, ...parameters]);
    const found = await queryAll(container, query, { partitionKey: id, maxItemCount: page.limit });
    return found.map((resource) => {
      const { _etag: etag, ...item } = storedItem.parse(resource);
      return { item, etag };
    });
  };

  return {
    load: read,

    async create(delivery) {
      const operation = { operationType: 'Create', partitionKey: delivery.webhookId } as const;
      const created = await outcomeOf({ ...operation, resourceBody: itemOf(delivery) }, delivery, 409);
      return created === 'conflict' ? 'exists' : created;
    },

    update(known, change) {
      let first = typeof known === 'string' ? undefined : known;
      const id = typeof known === 'string' ? known : known.item.id;
      return updateUntilWritten<Stored<Delivery> | undefined>(`Delivery ${id}`, async () => {
        const found = first ?? (await read(id));
        first = undefined;
        const changed = found && change(found.item);
        return changed && replace(changed, found.etag);
      });
    },

    put: (deliveries) =>
      forEachOf(deliveries, writesAtOnce, async (delivery) => {
        const operation = { operationType: 'Upsert', partitionKey: delivery.webhookId } as const;
        await outcomeOf({ ...operation, resourceBody: itemOf(delivery) }, delivery, 0);
      }),

    upcoming: (webhook, before, limit) =>
      find(
        webhook,
        { orderBy: soonestFirst, limit },
        [conditions.pending, 'c.dueAt <= @before'],
        [{ name: '@before', value: before }],
      ),

    async list(webhook, status, limit, after) {
      const page = { orderBy: newestFirst, limit: limit + 1, after: after && placeIn(newestFirst, after) };
      const found = await find(webhook, page, status === undefined ? [] : [conditions[status]]);
      const items = found.slice(0, limit).map(({ item }) => item);
      return { items, next: found.length > limit ? items.at(-1) : undefined };
    },

    async failed(webhook, since, limit) {
      const after = [{ name: '@since', value: since }];
      const found = await find(webhook, { orderBy: [], limit }, [conditions.failed, 'c.time >= @since'], after);
      return found.map(({ item }) => item);
    },
  };
};

/** The ids of webhooks are UUIDs, in which no colon is. */
const webhookIdIn = (id: string): string => id.slice(0, id.indexOf(':'));
