import { decodeCommit, type AnyEvent, type RecordedEvent } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import type { View } from '../../eventSourcing/view.ts';
import { isRecorded, type EventStore, type Past, type StoredCommit } from '../eventStore.ts';
import { fold, foldAgain, type Foldable } from '../fold.ts';
import type { History } from '../history.ts';

const pageSize = 500;

type Sources = {
  readonly eventStore: Pick<EventStore, 'readPast'>;
  readonly history: Pick<History, 'beginning' | 'pages'>;
};

/**
 * An aggregate's row as it was at a version, or at an instant: after the longest prefix of events that are not later. Undefined
 * where the aggregate has no such version, or had not begun. However many events there are, this takes one or two requests, and
 * another one for an aggregate that is not known here.
 */
export const pastRow = async <Row, Event extends AnyEvent, State>(
  { eventStore, history }: Sources,
  view: View<Row>,
  aggregate: Foldable<Event, State>,
  aggregateId: string,
  past: Past,
): Promise<{ readonly row: Row; readonly version: number } | undefined> => {
  if (!view.rowFrom) throw new Error(`The view ${view.name} has no rows of the past`);
  const beginning = await history.beginning(aggregateId);
  if (!isRecorded(beginning) || beginning.aggregate !== aggregate.name) return undefined;
  const commits = await eventStore.readPast(aggregateId, past);
  const newest = commits.at(-1);
  if (!newest) return undefined;
  const version = 'version' in past ? past.version : newest.version;
  const last = decodeCommit(aggregate.events, newest).find((event) => event.version === version);
  if (!last) return undefined;
  // Where code of another state version folded the stored states, the events have to be folded again.
  const state =
    stateFrom(aggregate, commits, version) ??
    (await foldAgain(aggregate, history.pages(aggregateId, 0, pageSize), last));
  return { row: view.rowFrom({ state, beginning, last }), version };
};

/** The state after a version, from the newest state that the commits bring along; undefined where they bring none. */
const stateFrom = <Event extends AnyEvent, State>(
  aggregate: Foldable<Event, State>,
  commits: readonly StoredCommit[],
  version: number,
): State | undefined => {
  const isUsable = (commit: StoredCommit) =>
    commit.version <= version && commit.stateVersion === aggregate.stateVersion;
  const base = commits.findLast(isUsable);
  const isWhole = commits[0]?.events[0]?.version === 1;
  if (!base && !isWhole) return undefined;
  const reached = base?.version ?? 0;
  const later = commits.filter((commit) => commit.version > reached);
  const events = later.flatMap((commit) => decodeCommit(aggregate.events, commit));
  const before = base ? aggregate.state.parse(base.state) : aggregate.initial;
  return fold(aggregate, before, unbroken(events, reached).slice(0, version - reached));
};

/** Throws UnreadableEvent where an event after a version is missing. */
const unbroken = (events: readonly RecordedEvent[], afterVersion: number): readonly RecordedEvent[] => {
  const broken = events.find((event, index) => event.version !== afterVersion + index + 1);
  if (broken)
    throw new UnreadableEvent(`An event of ${broken.aggregateId} before version ${broken.version} is missing`);
  return events;
};
