import { createHash } from 'node:crypto';
import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import { present, type Clock } from '../../application/clock.ts';
import type { Parked, ParkedMessage, Parking } from '../../application/subscriptions/ports.ts';
import { updateUntilWritten } from '../../application/updateUntilWritten.ts';
import { createOrReplace } from './client/createOrReplace.ts';
import { deleteAsRead } from './client/deleteAsRead.ts';
import { codeOf, cosmosCall } from './client/failure.ts';
import { keysetQuery, placeIn } from './client/keyset.ts';
import { queryAll } from './client/queryAll.ts';
import { readItem } from './client/readItem.ts';

/** Well below the 2 MB of an item; a message has 256 KB, or up to 100 MB in the premium tier. */
const maximumBodyLength = 500_000;

/** The id alone does not order them: several listeners may park the same message, under the same id. */
const oldestFirst = [
  ['parkedAt', 'ascending'],
  ['listener', 'ascending'],
  ['id', 'ascending'],
] as const;

const parkedItem = z.object({
  id: z.string(),
  listener: z.string(),
  messageId: z.string(),
  reason: z.string(),
  body: z.string(),
  truncated: z.boolean(),
  properties: z.record(z.string(), z.unknown()).optional(),
  enqueuedAt: z.string().optional(),
  deliveryCount: z.number().optional(),
  count: z.int().optional(),
  parkedAt: z.string(),
  _etag: z.string(),
});

/** Container `parked`, partition key `/listener`. */
export const cosmosParking = (parked: Container, clock: Clock): Parking => ({
  async park(listener, message) {
    await cosmosCall(() => parked.items.upsert(toItem(idOf(message.messageId), listener, message, present(clock))));
  },

  async tally(listener, example, count) {
    const now = present(clock);
    const id = idOf(example.reason, now.slice(0, 'yyyy-mm-ddThh:mm'.length));
    await updateUntilWritten(`The count of messages parked for ${listener}`, async () => {
      try {
        return await cosmosCall(() => parked.item(id, listener).patch([{ op: 'incr', path: '/count', value: count }]));
      } catch (error) {
        if (codeOf(error) !== 404) throw error;
      }
      return createOrReplace(parked, { ...toItem(id, listener, example, now), count }, listener, undefined);
    });
  },

  async list(listener, limit, after) {
    const query = keysetQuery({ orderBy: oldestFirst, limit, after: after && placeIn(oldestFirst, after) });
    const options = { maxItemCount: limit, ...(listener !== undefined && { partitionKey: listener }) };
    return (await queryAll(parked, query, options)).map(toParked);
  },

  async load(listener, id) {
    const read = await readItem(parked, id, listener);
    return read && toParked(read.item);
  },

  async count(listener) {
    const [count] = await queryAll(parked, 'SELECT VALUE COUNT(1) FROM c', { partitionKey: listener });
    return z.int().parse(count);
  },

  remove: ({ id, listener, etag }) => deleteAsRead(parked, id, listener, etag),
});

const idOf = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

const toItem = (id: string, listener: string, { body, ...message }: Parked, parkedAt: string) => {
  const { messageId, reason, properties, enqueuedAt, deliveryCount } = message;
  const text = textOf(body);
  return {
    ...{ id, listener, messageId, reason, properties, enqueuedAt, deliveryCount, parkedAt },
    body: text.slice(0, maximumBodyLength),
    truncated: text.length > maximumBodyLength,
  };
};

const textOf = (body: unknown): string => {
  if (typeof body === 'string') return body;
  try {
    return JSON.stringify(body ?? null);
  } catch (error) {
    if (error instanceof RangeError) return 'Nested too deeply to be written';
    throw error;
  }
};

const toParked = (item: unknown): ParkedMessage => {
  const { _etag: etag, body: text, truncated, ...message } = parkedItem.parse(item);
  return { ...message, text, body: truncated ? undefined : bodyOf(text), etag };
};

/** The body as the Functions host gave it: JSON is parsed. */
const bodyOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};
