import type { Container, JSONObject, SqlQuerySpec } from '@azure/cosmos';
import { z } from 'zod';
import {
  maximumGroup,
  type AppendResult,
  type EventStore,
  type Past,
  type StoredCommit,
} from '../../application/eventStore.ts';
import { bulkWriter, isTooLarge, tooLargeCode } from './client/bulkWriter.ts';
import { createOrReplace } from './client/createOrReplace.ts';
import { cosmosCallOnce, unexpectedStatus } from './client/failure.ts';
import { queryAll } from './client/queryAll.ts';
import { queryPage } from './client/queryPage.ts';
import { readItem } from './client/readItem.ts';
import {
  commitFields,
  firstVersionOf,
  idOf,
  isFence,
  newestFields,
  storedFields,
  toCommit,
  toCommitItem,
  toCommitOrFence,
  toCommits,
  toFenceItem,
  toNewestOrFence,
  toStoredCommits,
} from './commitItem.ts';

const listedAggregate = z.object({ aggregateId: z.string(), aggregate: z.string() });

/** Container `events`, partition key `/aggregateId`: one item for each commit, under the version of its first event. */
export const cosmosEventStore = (events: Container): EventStore => {
  const create = bulkWriter(events, { repeatsUnclear: false });

  /** A query of one aggregate's items. */
  const query = (spec: SqlQuerySpec | string, partitionKey: string, maxItemCount?: number) =>
    queryAll(events, spec, { partitionKey, ...(maxItemCount !== undefined && { maxItemCount }) });

  const appendOne = async (item: StoredCommit): Promise<AppendResult> => {
    const { aggregateId: partitionKey } = item;
    const resourceBody = toCommitItem(item) as JSONObject;
    const { statusCode } = await create({ operationType: 'Create', partitionKey, resourceBody });
    if (statusCode === 201) return { outcome: 'appended' };
    if (statusCode === 409) return { outcome: 'conflict', index: 0 };
    if (statusCode === tooLargeCode) return { outcome: 'tooLarge' };
    throw unexpectedStatus(statusCode, 'to an append');
  };

  const appendAll = async (items: readonly StoredCommit[]): Promise<AppendResult> => {
    const [{ aggregateId } = { aggregateId: '' }] = items;
    const operations = items.map((item) => ({
      operationType: 'Create' as const,
      resourceBody: toCommitItem(item) as JSONObject,
    }));
    // Only once: where the answer is unclear, the command ids tell whether the batch took effect.
    const options = { contentResponseOnWriteEnabled: false };
    const { code, result = [] } = await cosmosCallOnce(() => events.items.batch(operations, aggregateId, options));
    if (code === 200) return { outcome: 'appended' };
    const index = result.findIndex(({ statusCode }) => statusCode === 409);
    if (index >= 0) return { outcome: 'conflict', index };
    const failed = result.find(({ statusCode }) => statusCode !== 424)?.statusCode ?? code;
    if (failed === tooLargeCode) return { outcome: 'tooLarge' };
    throw unexpectedStatus(failed, 'to an append');
  };

  const commitIn: EventStore['commitIn'] = async (aggregateId, id) => {
    const read = await readItem(events, id, aggregateId);
    return read && toCommitOrFence(read.item);
  };

  return {
    async loadNewest(aggregateId) {
      const [item] = await query(`SELECT TOP 1 ${newestFields} FROM c ORDER BY c.version DESC`, aggregateId, 1);
      return item === undefined ? undefined : toNewestOrFence(item);
    },

    commitAt: (aggregateId, version) => commitIn(aggregateId, idOf(version)),
    commitIn,

    async commitWith(aggregateId, version) {
      const fields = `${commitFields}, c.fenced`;
      const [item] = await query(newestUpTo({ version }, 1, fields), aggregateId, 1);
      if (item === undefined || isFence(item)) return undefined;
      const commit = toCommit(item);
      return isWithin(commit, version) ? commit : undefined;
    },

    async append(commits, after) {
      const items = commits.map((commit, index) => (index === commits.length - 1 ? { ...commit, ...after } : commit));
      const [only, ...others] = items;
      if (!only) throw new Error('Nothing to append');
      try {
        // A commit that goes alone shares its request with those of other aggregates.
        return await (others.length === 0 ? appendOne(only) : appendAll(items));
      } catch (error) {
        if (isTooLarge(error)) return { outcome: 'tooLarge' };
        throw error;
      }
    },

    async findCommit(aggregateId, commandId) {
      const [item] = await query(
        {
          query: `SELECT ${commitFields} FROM c WHERE c.commandId = @commandId AND c.version > 0`,
          parameters: [{ name: '@commandId', value: commandId }],
        },
        aggregateId,
      );
      return item === undefined ? undefined : toCommit(item);
    },

    async *readCommits(aggregateId, afterVersion, pageSize = 100) {
      for (let after = afterVersion; ;) {
        const items = await query(
          {
            query: `SELECT TOP @pageSize ${commitFields} FROM c WHERE c.version > @after ORDER BY c.version`,
            parameters: [
              { name: '@pageSize', value: pageSize },
              { name: '@after', value: after },
            ],
          },
          aggregateId,
          pageSize,
        );
        const { commits, unreadable } = toCommits(items);
        if (commits.length > 0) yield commits;
        if (unreadable) throw unreadable;
        const last = commits.at(-1);
        if (!last || commits.length < pageSize) return;
        after = last.version;
      }
    },

    async readPast(aggregateId, past) {
      const newestOf = async (count: number) =>
        toStoredCommits(await query(newestUpTo(past, count), aggregateId, count)).toReversed();
      const commits = await newestOf(2);
      const [older, newest] = commits;
      if (!older || !newest || hasState(older) || isFirst(older)) return commits;
      // The commit has the state after it: that is enough, unless the caller asks for a version between its events.
      if (hasState(newest) && !('version' in past && past.version < newest.version)) return [newest];
      // Both commits are of one append, and only its last commit has a state: reads back to the append before.
      const all = await newestOf(maximumGroup + 1);
      return all.slice(Math.max(0, all.slice(0, -1).findLastIndex(hasState)));
    },

    async commitsWith(aggregateId, versions) {
      const found: StoredCommit[] = [];
      const missing = () => versions.filter((version) => !found.some((commit) => isWithin(commit, version)));
      const read = async (specs: readonly SqlQuerySpec[]) => {
        const pages = await Promise.all(specs.map((spec) => query(spec, aggregateId)));
        return toStoredCommits(pages.flat());
      };
      found.push(...(await read(among('c.id', versions.map(idOf)))));
      // Most commits of more than one event have two, so that the others are the last of theirs.
      found.push(...(await read(among('c.version', missing()))));
      for (const version of missing()) {
        if (found.some((commit) => isWithin(commit, version))) continue;
        const newest = await read([newestUpTo({ version }, 1)]);
        found.push(...newest.filter((commit) => isWithin(commit, version)));
      }
      return found;
    },

    async newestVersion(aggregateId) {
      const [version] = await query('SELECT TOP 1 VALUE c.version FROM c ORDER BY c.version DESC', aggregateId, 1);
      return z.int().parse(version ?? 0);
    },

    async listAggregates(continuation, pageSize = 200) {
      // Cosmos DB indexes ids in every container, whatever its policy says.
      const text = `SELECT c.aggregateId, c.aggregate FROM c WHERE c.id = '${idOf(1)}'`;
      const page = await queryPage(events, text, continuation, pageSize);
      // A fence names no kind of aggregate.
      const aggregates = page.resources.flatMap((item) => listedAggregate.safeParse(item).data ?? []);
      return { aggregates, continuation: page.continuation };
    },

    async countCommits() {
      const [count] = await queryAll(events, 'SELECT VALUE COUNT(1) FROM c WHERE c.version > 0');
      return z.int().parse(count);
    },

    isEmpty: async () => (await queryAll(events, 'SELECT TOP 1 VALUE c.id FROM c WHERE c.version > 0')).length === 0,

    async fence(aggregateId) {
      const item = toFenceItem(aggregateId);
      if ((await createOrReplace(events, item, aggregateId, undefined)) !== 'conflict') return 'fenced';
      const read = await readItem(events, item.id, aggregateId);
      return read && isFence(read.item) ? 'fenced' : 'exists';
    },
  };
};

const hasState = ({ stateVersion }: StoredCommit): boolean => stateVersion !== undefined;
const isFirst = (commit: StoredCommit): boolean => firstVersionOf(commit) === 1;
const isWithin = (commit: StoredCommit, version: number): boolean =>
  firstVersionOf(commit) <= version && version <= commit.version;

/** One query finds so many values by an index. */
const mostAmong = 100;

const among = (path: string, values: readonly (string | number)[]): readonly SqlQuerySpec[] =>
  Array.from({ length: Math.ceil(values.length / mostAmong) }, (_, index) => {
    const parameters = values
      .slice(index * mostAmong, (index + 1) * mostAmong)
      .map((value, place) => ({ name: `@value${place}`, value }));
    const names = parameters.map(({ name }) => name).join(', ');
    return { query: `SELECT ${storedFields} FROM c WHERE ${path} IN (${names})`, parameters };
  });

/** The newest commits up to there, newest first. */
const newestUpTo = (past: Past, count: number, fields = storedFields): SqlQuerySpec => {
  const [where, order, value] =
    'version' in past
      ? ['c.id <= @past', 'c.id DESC', idOf(past.version)]
      : ['c.occurredAt <= @past', 'c.occurredAt DESC, c.version DESC', past.at];
  return {
    query: `SELECT TOP @count ${fields} FROM c WHERE ${where} ORDER BY ${order}`,
    parameters: [
      { name: '@count', value: count },
      { name: '@past', value },
    ],
  };
};
