import type { AggregateKind } from './aggregate.ts';
import { decodeCommit, decodeRecord, type Commit, type EncodedRecord, type RecordedEvent } from './commit.ts';
import { UnknownEvent, type EventDefinition } from './event.ts';

/** The kinds of aggregates of a bounded context, which hands it over to the application. */
export type AggregateRegistry = {
  readonly kinds: readonly AggregateKind[];
  readonly names: readonly string[];
  /** Upcasts and validates one event. Throws UnreadableEvent, also where it is of an unknown kind. */
  decode(record: EncodedRecord): RecordedEvent;
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
    eventsOf: (commit) => decodeCommit(definitionsOf(commit.aggregate), commit),
  };
};
