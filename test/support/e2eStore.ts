import { randomUUID } from 'node:crypto';
import type { Database, JSONObject } from '@azure/cosmos';

/**
 * Writes an account's whole history into the event store again, as that of a new account, past the app: as an instance of
 * it would have done that ended before it could send the messages. Returns the new account's id. On a day, if one is given
 * (such as 2026-11-20), whenever it was in truth.
 */
export const copyAccount = async (database: Database, accountId: string, day?: string): Promise<string> => {
  const events = database.container('events');
  const query = events.items.query<Record<string, unknown>>('SELECT * FROM c', { partitionKey: accountId });
  const { resources } = await query.fetchAll();
  const id = randomUUID();
  const copies = resources.map(
    ({ occurredAt, ...item }) =>
      JSON.parse(
        JSON.stringify({
          ...item,
          occurredAt: day === undefined ? occurredAt : `${day}${String(occurredAt).slice(10)}`,
        }).replaceAll(accountId, id),
      ) as Record<string, unknown>,
  );
  const { code } = await events.items.batch(
    copies.map((item) => {
      const own = Object.entries(item).filter(([name]) => !name.startsWith('_'));
      return { operationType: 'Create' as const, resourceBody: Object.fromEntries(own) as JSONObject };
    }),
    id,
  );
  if (code !== 200) throw new Error(`The store answered ${String(code)}`);
  return id;
};
