import type { AggregateKind } from './aggregate.ts';
import { decodeCommit, decodeRecord, type Commit, type EncodedRecord, type RecordedEvent } from './commit.ts';
import { newestVersionOf, UnknownEvent, type EventDefinition } from './event.ts';

/** The kinds of aggregates of a bounded context, which hands it over to the application. */
export type AggregateRegistry = {
  readonly kinds: readonly AggregateKind[];
  readonly names: readonly string[];
  /** Upcasts and validates one event. Throws UnreadableEvent, also where it is of an unknown kind. */
  decode(record: EncodedRecord): RecordedEvent;
  /** The commit with each event in the newest schema version; as it is stored where this program cannot read it. */
  upcast(commit: Commit): Commit;
  /** A commit's events, oldest first. Throws UnreadableEvent. */
  eventsOf(commit: Commit): RecordedEvent[];
};

export const aggregateRegistry = (kinds: readonly AggregateKind[]): AggregateRegistry => {
  const byName = new Map(kinds.map((kind) => [kind.name, kind]));
  const definitionsOf = (name: string): readonly EventDefinition[] => {
    const kind = byName.get(name);
    if (!kind) throw new UnknownEvent(`Unknown kind of aggregate ${name}`);
    return kind.events;
  };
  return {
    kinds,
    names: kinds.map(({ name }) => name),
    decode: (record) => decodeRecord(definitionsOf(record.aggregate), record),
    upcast: (commit) => {
      const definitions = byName.get(commit.aggregate)?.events ?? [];
      return { ...commit, events: commit.events.map((event) => newestVersionOf(definitions, event)) };
    },
    eventsOf: (commit) => decodeCommit(definitionsOf(commit.aggregate), commit),
  };
};
