import { z } from 'zod';
import type { Fenced, Newest, StoredCommit } from '../../application/eventStore.ts';
import { commit as commitSchema, instant, type Commit } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';

/**
 * The layout of the container of events. A commit's item has its fields, the id of its first event's version, and, where it is the last
 * of its append, the state after it. A fence stands in the place of an aggregate's first commit.
 */

/** Padded, so that ids sort like versions. */
export const idOf = (version: number): string => String(version).padStart(12, '0');

export const firstVersionOf = ({ events: [first] }: Commit): number => {
  if (!first) throw new Error('A commit has at least one event');
  return first.version;
};

export const toCommitItem = (commit: StoredCommit) => ({ id: idOf(firstVersionOf(commit)), ...commit });

/** Version 0 is before those of all commits, and no command has this id. */
export const toFenceItem = (aggregateId: string) => ({
  ...{ id: idOf(1), aggregateId, fenced: true, version: 0, commandId: 'fence' },
});

export const isFence = (item: unknown): boolean => (item as { fenced?: unknown }).fenced === true;

/** All fields of a commit but its state, which readers of events do not need. */
export const commitFields = Object.keys(commitSchema.shape)
  .map((field) => `c.${field}`)
  .join(', ');
/** The fields of a commit, its state, and the mark of a fence. */
export const storedFields = `${commitFields}, c.state, c.stateVersion, c.fenced`;
export const newestFields = 'c.aggregate, c.version, c.occurredAt, c.state, c.stateVersion, c.fenced';

const stateFields = { state: z.unknown().optional(), stateVersion: z.int().min(1).optional() };
const commitItem = z.object(commitSchema.shape);
const storedCommitItem = z.object({ ...commitSchema.shape, ...stateFields });
const newestItem = z.object({
  aggregate: z.string(),
  version: z.int().min(1),
  occurredAt: instant,
  state: z.unknown(),
  stateVersion: z.int().min(1),
});

/** Throws UnreadableEvent. */
export const toCommit = (item: unknown): Commit => parse(commitItem, item);
export const toCommitOrFence = (item: unknown): Commit | Fenced => (isFence(item) ? 'fenced' : toCommit(item));
export const toNewestOrFence = (item: unknown): Newest | Fenced => (isFence(item) ? 'fenced' : newestItem.parse(item));
/** The commits among items; fences are left out. Throws UnreadableEvent. */
export const toStoredCommits = (items: readonly unknown[]): readonly StoredCommit[] =>
  items.filter((item) => !isFence(item)).map((item) => parse(storedCommitItem, item));

/** The commits before the first item that cannot be read, and the error for that one, which stops its reader. */
export const toCommits = (items: readonly unknown[]): { commits: Commit[]; unreadable?: UnreadableEvent } => {
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

const parse = <Read>(schema: z.ZodType<Read>, item: unknown): Read => {
  const result = schema.safeParse(item);
  if (result.success) return result.data;
  const { aggregateId, id, version } = item as { aggregateId?: unknown; id?: unknown; version?: unknown };
  const message = `Item ${String(id ?? version)} of ${String(aggregateId)} is not a commit`;
  throw new UnreadableEvent(message, { cause: result.error });
};
