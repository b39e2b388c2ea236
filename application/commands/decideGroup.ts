import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import { eventId, type AnyEvent, type Commit } from '../../eventSourcing/commit.ts';
import { instantOf } from '../clock.ts';
import type { CommandRequest, Outcome } from './commandRequest.ts';
import type { CurrentState } from './currentState.ts';
import type { Head } from '../eventStore.ts';
import type { OwnerOf } from '../identity.ts';

export type Accepted<Item> = { readonly item: Item; readonly commit: Commit };
export type Refused<Item, Rejection> = { readonly item: Item; readonly outcome: Outcome<Rejection> };

export type Decided<Item, State, Rejection> = {
  /** The aggregate after all that was accepted. */
  readonly after: CurrentState<State>;
  readonly accepted: readonly Accepted<Item>[];
  /** A refusal rests on the state that the command met: it holds if that state is current. */
  readonly refused: readonly Refused<Item, Rejection>[];
};

/** Decides commands one after another, each on the state that those before it leave. Pure. */
export const decideGroup = <
  Command,
  Event extends AnyEvent,
  State,
  Rejection,
  Item extends { readonly request: CommandRequest<Command> },
>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  aggregateId: string,
  before: CurrentState<State>,
  items: readonly Item[],
  now: number,
  ownerOf: OwnerOf,
): Decided<Item, State, Rejection> => {
  let after = before;
  const accepted: Accepted<Item>[] = [];
  const refused: Refused<Item, Rejection>[] = [];

  for (const item of items) {
    const { command, expectedVersions, onlyFor } = item.request;
    const owner = onlyFor === undefined ? undefined : ownerOf(aggregate.name, aggregateId, after.state);
    if (owner !== undefined && owner !== onlyFor) {
      refused.push({ item, outcome: { outcome: 'outOfReach' } });
      continue;
    }
    // An aggregate that has not begun has no version to expect: the rules refuse the command.
    if (expectedVersions && after.version > 0 && !expectedVersions.includes(after.version)) {
      refused.push({ item, outcome: { outcome: 'versionMismatch', version: after.version } });
      continue;
    }
    const decision = aggregate.decide(command, after.state);
    if (!decision.accepted) {
      refused.push({ item, outcome: { outcome: 'rejected', rejection: decision.rejection } });
      continue;
    }
    const commit = commitOf(aggregate, aggregateId, after, item.request, decision.events, now);
    accepted.push({ item, commit });
    after = {
      ...after,
      version: commit.version,
      state: decision.events.reduce((state, event) => aggregate.evolve(state, event), after.state),
      occurredAt: commit.occurredAt,
    };
  }
  return { after, accepted, refused };
};

const commitOf = <Command, Event extends AnyEvent, State>(
  aggregate: Aggregate<Command, Event, State, unknown>,
  aggregateId: string,
  before: CurrentState<State>,
  request: CommandRequest<Command>,
  events: readonly Event[],
  now: number,
): Commit => {
  // Clocks of two instances differ: an event is never earlier than the one before it.
  const instant = instantOf(now);
  return {
    aggregateId,
    aggregate: aggregate.name,
    version: before.version + events.length,
    commandId: request.commandId,
    fingerprint: request.fingerprint,
    events: events.map(({ type, data }, index) => {
      const version = before.version + index + 1;
      return {
        id: eventId(aggregateId, version),
        type,
        schemaVersion: schemaVersionOf(aggregate, type),
        version,
        data,
      };
    }),
    occurredAt: instant > before.occurredAt ? instant : before.occurredAt,
    actor: request.actor,
    correlationId: request.correlationId,
    causationId: request.causationId ?? request.commandId,
    traceparent: request.traceparent,
  };
};

const schemaVersionOf = (aggregate: Pick<Aggregate<never, never, never, never>, 'events'>, type: string): number => {
  const definition = aggregate.events.find((candidate) => candidate.type === type);
  if (!definition) throw new Error(`Event type ${type} is not defined`);
  return definition.schemaVersion;
};

export const headOf = <State>(
  { name, stateVersion }: Pick<Aggregate<never, never, never, never>, 'name' | 'stateVersion'>,
  { version, state, occurredAt }: CurrentState<State>,
): Head => ({ aggregate: name, version, state, stateVersion, occurredAt });
