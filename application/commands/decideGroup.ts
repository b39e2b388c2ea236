import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import { eventId, type AnyEvent, type Commit } from '../../eventSourcing/commit.ts';
import { instantOf } from '../clock.ts';
import type { CommandRequest, Outcome } from './commandRequest.ts';
import type { CurrentState } from './currentState.ts';

export type Accepted<Item> = { readonly item: Item; readonly commit: Commit };
/** A command that appends nothing. */
export type Refused<Item, Rejection> = { readonly item: Item; readonly outcome: Outcome<Rejection> };

export type Decided<Item, State, Rejection> = {
  /** The aggregate after all that was accepted. */
  readonly after: CurrentState<State>;
  readonly accepted: readonly Accepted<Item>[];
  /** A refusal rests on the state that the command met: it holds if that state is current. */
  readonly refused: readonly Refused<Item, Rejection>[];
  /** They have to wait: with the commit of the first of them, one append would be too large. */
  readonly left: readonly Item[];
};

/** Half of what Cosmos DB takes in one request, in bytes. */
const maximumBytes = 1_000_000;

/** Where an attempt stands once all commands are decided. */
export type NextStep = 'append' | 'proveState' | 'refuse';

/**
 * An acceptance may rest on a cached state, since the append proves it. A refusal never does: before it, the state is proved
 * current.
 */
export const nextStep = (
  { accepted }: Pick<Decided<unknown, unknown, unknown>, 'accepted'>,
  isProved: boolean,
): NextStep => {
  if (accepted.length > 0) return 'append';
  return isProved ? 'refuse' : 'proveState';
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
): Decided<Item, State, Rejection> => {
  let after = before;
  let bytes = 0;
  const accepted: Accepted<Item>[] = [];
  const refused: Refused<Item, Rejection>[] = [];

  for (const [index, item] of items.entries()) {
    const refuse = (outcome: Outcome<Rejection>) => refused.push({ item, outcome });
    const { version } = after;
    const isMismatch = !isExpected(version, item.request.expectedVersions);
    if (isMismatch && version > 0) {
      refuse({ outcome: 'versionMismatch', version });
      continue;
    }
    const at = instantFor(item.request, after, now);
    const decision = aggregate.decide(item.request.command, after.state, at);
    if (!decision.accepted) {
      refuse({ outcome: 'rejected', rejection: decision.rejection });
      continue;
    }
    // Only now: of an aggregate that has not begun, most rules say that it does not exist.
    if (isMismatch) {
      refuse({ outcome: 'versionMismatch', version });
      continue;
    }
    if (decision.events.length === 0) {
      refuse({ outcome: 'unchanged', version });
      continue;
    }
    const commit = commitOf(aggregate, aggregateId, after, item.request, decision.events, at);
    if (items.length > 1) bytes += Buffer.byteLength(JSON.stringify(commit));
    if (bytes > maximumBytes && accepted.length > 0) return { after, accepted, refused, left: items.slice(index) };
    accepted.push({ item, commit });
    const state = decision.events.reduce(
      (reached, event, place) => aggregate.evolve(reached, event, version + place + 1, at),
      after.state,
    );
    after = { version: commit.version, state, occurredAt: commit.occurredAt };
  }
  return { after, accepted, refused, left: [] };
};

export const isExpected = (version: number, expected: CommandRequest<unknown>['expectedVersions']): boolean =>
  expected === undefined || (expected === 'any' ? version > 0 : expected.includes(version));

/** Clocks of two instances differ: an event is never earlier than the one before it, nor than the one that it answers. */
const instantFor = (
  { notBefore = '' }: CommandRequest<unknown>,
  { occurredAt }: CurrentState<unknown>,
  now: number,
): string => {
  const instants = [instantOf(now), occurredAt, notBefore];
  return instants.reduce((latest, instant) => (instant > latest ? instant : latest));
};

const commitOf = <Command, Event extends AnyEvent, State>(
  aggregate: Aggregate<Command, Event, State, unknown>,
  aggregateId: string,
  before: CurrentState<State>,
  request: CommandRequest<Command>,
  events: readonly Event[],
  occurredAt: string,
): Commit => ({
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
  occurredAt,
  actor: request.actor,
  correlationId: request.correlationId,
  causationId: request.causationId ?? request.commandId,
  traceparent: request.traceparent,
});

const schemaVersionOf = (aggregate: Pick<Aggregate<never, never, never, never>, 'events'>, type: string): number => {
  const definition = aggregate.events.find((candidate) => candidate.type === type);
  if (!definition) throw new Error(`Event type ${type} is not defined`);
  return definition.schemaVersion;
};
