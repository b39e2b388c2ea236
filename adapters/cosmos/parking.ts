import { createHash } from 'node:crypto';
import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import type { Clock } from '../../application/clock.ts';
import type { ParkedMessage, Parking } from '../../application/subscriptions/ports.ts';
import { cosmosCall } from './client/failure.ts';
import { behind } from './views/keyset.ts';

/** Well below the 2 MB of an item; a message has 256 KB, or up to 100 MB in the premium tier. */
const maximumBodyLength = 500_000;

/** The same message may be parked by several subscriptions, under the same id. */
const oldestFirst = [
  ['parkedAt', 'ascending'],
  ['subscription', 'ascending'],
  ['id', 'ascending'],
] as const;

const parkedItem = z.object({
  id: z.string(),
  subscription: z.string(),
  messageId: z.string(),
  reason: z.string(),
  body: z.string(),
  truncated: z.boolean(),
  properties: z.record(z.string(), z.unknown()).optional(),
  enqueuedAt: z.string().optional(),
  deliveryCount: z.number().optional(),
  parkedAt: z.string(),
  _etag: z.string(),
});

/** Container `parked`, partition key `/subscription`: messages that can never be handled. */
export const cosmosParking = (parked: Container, clock: Clock): Parking => ({
  async park(subscription, { messageId, reason, body, properties, enqueuedAt, deliveryCount }) {
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
    const item = {
      // The same message parked twice is one item.
      id: createHash('sha256')
        .update(JSON.stringify([messageId, text]))
        .digest('hex'),
      subscription,
      messageId,
      reason,
      body: text.slice(0, maximumBodyLength),
      truncated: text.length > maximumBodyLength,
      properties,
      enqueuedAt,
      deliveryCount,
      parkedAt: new Date(clock.now()).toISOString(),
    };
    await cosmosCall(() => parked.items.upsert(item));
  },

  async list(subscription, limit, after) {
    const reached = after ? oldestFirst.map(([path]) => ({ name: `@${path}`, value: after[path] })) : [];
    const names = reached.map(({ name }) => name);
    const where = after ? `WHERE ${behind(oldestFirst, names)}` : '';
    const query = {
      query: `SELECT TOP @limit * FROM c ${where} ORDER BY ${oldestFirst.map(([path]) => `c.${path}`).join(', ')}`,
      parameters: [{ name: '@limit', value: limit }, ...reached],
    };
    const options = { maxItemCount: limit, ...(subscription !== undefined && { partitionKey: subscription }) };
    const { resources } = await cosmosCall(() => parked.items.query<unknown>(query, options).fetchAll());
    return resources.map((item) => {
      const { _etag: etag, body: text, truncated, ...message } = parkedItem.parse(item);
      return { ...message, text, body: truncated ? undefined : bodyOf(text), etag } satisfies ParkedMessage;
    });
  },

  async remove({ id, subscription, etag }) {
    const item = parked.item(id, subscription);
    await cosmosCall(() => item.delete({ accessCondition: { type: 'IfMatch', condition: etag } })).catch(
      (error: unknown) => {
        const { code } = error as { code?: unknown };
        if (code !== 404 && code !== 412) throw error;
      },
    );
  },
});

/** As the Functions host gave it: what is JSON comes parsed. */
const bodyOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};
