import type { z } from 'zod';
import type { Aggregate, AggregateKind } from '../../eventSourcing/aggregate.ts';
import { eventId, type AnyEvent, type Commit } from '../../eventSourcing/commit.ts';
import { problemsIn, type EventDefinition } from '../../eventSourcing/event.ts';
import { instantOf } from '../clock.ts';
import type { CommandRequest, Outcome } from './commandRequest.ts';
import type { CurrentState } from './currentState.ts';

export type Accepted<Item> = { readonly item: Item; readonly commit: Commit };
/** Why a command appends nothing; a failure is a bug. */
type Refusal<Rejection> = { readonly outcome: Outcome<Rejection> } | { readonly failure: unknown };
export type Refused<Item, Rejection> = { readonly item: Item } & Refusal<Rejection>;

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
    const decided = decideOne(aggregate, aggregateId, after, item.request, now);
    if (!('commit' in decided)) {
      refused.push({ item, ...decided });
      continue;
    }
    const { commit, state } = decided;
    if (items.length > 1) bytes += Buffer.byteLength(JSON.stringify(commit));
    if (bytes > maximumBytes && accepted.length > 0) return { after, accepted, refused, left: items.slice(index) };
    accepted.push({ item, commit });
    after = { version: commit.version, state, occurredAt: commit.occurredAt };
  }
  return { after, accepted, refused, left: [] };
};

/** An exception of the rules, or what they make against its schema, fails the command alone. */
const decideOne = <Command, Event extends AnyEvent, State, Rejection>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  aggregateId: string,
  before: CurrentState<State>,
  request: CommandRequest<Command>,
  now: number,
): { readonly commit: Commit; readonly state: State } | Refusal<Rejection> => {
  const { version } = before;
  const mismatch = { outcome: { outcome: 'versionMismatch', version } } as const;
  const isMismatch = !isExpected(version, request.expectedVersions);
  if (isMismatch && version > 0) return mismatch;
  try {
    const at = instantFor(request, before, now);
    const decision = aggregate.decide(request.command, before.state, at);
    if (!decision.accepted) return { outcome: { outcome: 'rejected', rejection: decision.rejection } };
    // Only now: of an aggregate that has not begun, most rules say that it does not exist.
    if (isMismatch) return mismatch;
    const { events } = decision;
    if (events.length === 0) return { outcome: { outcome: 'unchanged', version } };
    const state = events.reduce(
      (reached, event, place) => aggregate.evolve(reached, event, version + place + 1, at),
      before.state,
    );
    mustFit(aggregate.state, state, `The state of ${aggregate.label}`);
    return { commit: commitOf(aggregate, aggregateId, before, request, events, at), state };
  } catch (failure) {
    return { failure };
  }
};

/** Nobody could read it again. */
const mustFit = (schema: z.ZodType, value: unknown, what: string): void => {
  const { error } = schema.safeParse(value);
  if (error) throw new Error(`${what} does not fit its schema: ${problemsIn(error)}`);
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
    const { schemaVersion, data: schema } = definitionOf(aggregate, type);
    mustFit(schema, data, `Data of ${type}`);
    return { id: eventId(aggregateId, version), type, schemaVersion, version, data };
  }),
  occurredAt,
  actor: request.actor,
  correlationId: request.correlationId,
  causationId: request.causationId ?? request.commandId,
  traceparent: request.traceparent,
});

const definitionOf = ({ events }: Pick<AggregateKind, 'events'>, type: string): EventDefinition => {
  const definition = events.find((candidate) => candidate.type === type);
  if (!definition) throw new Error(`Event type ${type} is not defined`);
  return definition;
};
