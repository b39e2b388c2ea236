import type { Container, JSONObject, OperationInput } from '@azure/cosmos';
import { z } from 'zod';
import { commit as commitSchema, instant, type Commit } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import type { AppendResult, EventStore, LoadedHead } from '../../application/eventStore.ts';
import { createOrReplace } from './client/createOrReplace.ts';
import { cosmosCall, cosmosCallOnce, unexpectedStatus } from './client/failure.ts';
import { readItem, readItemIfChanged, type ReadItem } from './client/readItem.ts';

/** An id that no version has; it also serves as the head's `commandId`, which no command has. */
const headId = 'head';

const headItem = z.union([
  z.object({ fenced: z.literal(true) }),
  z.object({
    aggregate: z.string(),
    version: z.int().min(1),
    state: z.unknown(),
    stateVersion: z.int().min(1),
    occurredAt: instant,
  }),
]);
const headsPerPage = 200;
const listedHead = z.object({
  aggregateId: z.string(),
  aggregate: z.string(),
  version: z.int().min(1),
  _ts: z.int(),
});
const commitItem = z.object(commitSchema.shape);

/** Container `events`, partition key `/aggregateId`: one item a commit, and the head. */
export const cosmosEventStore = (events: Container): EventStore => ({
  async loadHead(aggregateId) {
    const read = await readItem(events, headId, aggregateId);
    return read && toHead(read);
  },

  async loadHeadIfChanged(aggregateId, knownEtag) {
    const read = await readItemIfChanged(events, headId, aggregateId, knownEtag);
    return read === 'unchanged' ? read : read && toHead(read);
  },

  async append(commits, head, expectedEtag): Promise<AppendResult> {
    const [{ aggregateId } = { aggregateId: '' }] = commits;
    const item = { ...head, id: headId, aggregateId, commandId: headId };
    const operations: OperationInput[] = [
      // The head comes first: its 412 or 409 means a stale version, so a 409 further on means a command that was here before.
      expectedEtag === undefined
        ? { operationType: 'Create', resourceBody: item as JSONObject }
        : { operationType: 'Replace', id: headId, ifMatch: expectedEtag, resourceBody: item as JSONObject },
      ...commits.map((commit) => ({ operationType: 'Create' as const, resourceBody: toItem(commit) as JSONObject })),
    ];
    // Only once: where the answer is unclear, the command ids tell whether the batch took effect.
    const options = { contentResponseOnWriteEnabled: false };
    const { code, result = [] } = await cosmosCallOnce(() => events.items.batch(operations, aggregateId, options));
    const [first, ...others] = result;
    if (code === 200 && first?.eTag !== undefined) return { outcome: 'appended', etag: first.eTag };
    if (first?.statusCode === 412 || first?.statusCode === 409) return { outcome: 'stale' };
    const used = commits[others.findIndex(({ statusCode }) => statusCode === 409)];
    if (used) return { outcome: 'commandUsed', commandId: used.commandId };
    const failed = result.find(({ statusCode }) => statusCode !== 424);
    throw unexpectedStatus(failed?.statusCode ?? code, 'to an append');
  },

  async findCommit(aggregateId, commandId) {
    const query = {
      query: 'SELECT * FROM c WHERE c.commandId = @commandId',
      parameters: [{ name: '@commandId', value: commandId }],
    };
    const { resources } = await cosmosCall(() =>
      events.items.query<unknown>(query, { partitionKey: aggregateId }).fetchAll(),
    );
    return resources[0] === undefined ? undefined : toCommit(resources[0]);
  },

  async *readCommits(aggregateId, afterVersion, pageSize = 100) {
    for (let after = afterVersion; ;) {
      const query = {
        query: `SELECT TOP @pageSize * FROM c WHERE c.version > @after AND c.id != '${headId}' ORDER BY c.version`,
        parameters: [
          { name: '@pageSize', value: pageSize },
          { name: '@after', value: after },
        ],
      };
      const options = { partitionKey: aggregateId, maxItemCount: pageSize };
      const { resources } = await cosmosCall(() => events.items.query<unknown>(query, options).fetchAll());
      const { commits, unreadable } = toCommits(resources);
      if (commits.length > 0) yield commits;
      if (unreadable) throw unreadable;
      const last = commits.at(-1);
      if (!last || commits.length < pageSize) return;
      after = last.version;
    }
  },

  async listHeads({ changedSince = 0 }, continuation) {
    const query = {
      // Cosmos DB indexes both in every container, whatever its policy says.
      query: `SELECT c.aggregateId, c.aggregate, c.version, c._ts FROM c WHERE c.id = '${headId}' AND c._ts >= @since`,
      parameters: [{ name: '@since', value: Math.floor(changedSince / 1_000) }],
    };
    const options = {
      maxItemCount: headsPerPage,
      ...(continuation !== undefined && { continuationToken: continuation }),
    };
    const page = await cosmosCall(() => events.items.query<unknown>(query, options).fetchNext());
    // A fenced aggregate has no version.
    const heads = page.resources.flatMap((item) => listedHead.safeParse(item).data ?? []);
    return {
      heads: heads.map(({ _ts, ...head }) => ({ ...head, changedAt: _ts * 1_000 })),
      continuation: page.continuationToken,
    };
  },

  async countEvents(aggregates) {
    const query = {
      query: `SELECT VALUE SUM(c.version) FROM c WHERE c.id = '${headId}' AND ARRAY_CONTAINS(@aggregates, c.aggregate)`,
      parameters: [{ name: '@aggregates', value: [...aggregates] }],
    };
    const { resources } = await cosmosCall(() => events.items.query<unknown>(query).fetchAll());
    return z.number().catch(0).parse(resources[0]);
  },

  async isEmpty() {
    const query = 'SELECT TOP 1 VALUE c.id FROM c';
    const { resources } = await cosmosCall(() => events.items.query<unknown>(query).fetchAll());
    return resources.length === 0;
  },

  async fence(aggregateId) {
    const item = { id: headId, aggregateId, commandId: headId, fenced: true };
    if ((await createOrReplace(events, item, aggregateId, undefined)) !== 'conflict') return 'fenced';
    const read = await readItem(events, headId, aggregateId);
    return read && toHead(read).head === 'fenced' ? 'fenced' : 'exists';
  },
});

const toHead = ({ item, etag }: ReadItem): LoadedHead => {
  const head = headItem.parse(item);
  return { etag, head: 'fenced' in head ? 'fenced' : head };
};

const toItem = (commit: Commit) => {
  const [first] = commit.events;
  if (!first) throw new Error('A commit has at least one event');
  // Padded, so that ids sort like versions.
  return { id: String(first.version).padStart(12, '0'), ...commit };
};

/** The commits before the first item that cannot be read, and the error for that one, which stops its reader. */
const toCommits = (items: readonly unknown[]): { commits: Commit[]; unreadable?: UnreadableEvent } => {
  const commits: Commit[] = [];
  for (const item of items) {
    try {
      commits.push(toCommit(item));
    } catch (error) {
      if (error instanceof UnreadableEvent) return { commits, unreadable: error };
      throw error;
    }
  }
  return { commits };
};

/** Throws UnreadableEvent. */
export const toCommit = (item: unknown): Commit => {
  const result = commitItem.safeParse(item);
  if (result.success) return result.data;
  const { aggregateId, id } = item as { aggregateId?: unknown; id?: unknown };
  throw new UnreadableEvent(`Item ${String(id)} of ${String(aggregateId)} is not a commit`, { cause: result.error });
};

export const isHead = (item: unknown): boolean => (item as { id?: unknown }).id === headId;
