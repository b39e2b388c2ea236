import type { Aggregate, AggregateKind } from '../../eventSourcing/aggregate.ts';
import type { AnyEvent, RecordedEvent } from '../../eventSourcing/commit.ts';
import type { EventsOf, View } from '../../eventSourcing/view.ts';
import type { CurrentState } from '../commands/currentState.ts';
import type { Letter } from '../email/ports.ts';
import type { Foldable } from '../fold.ts';

/** What a subscriber may read. All throw ServiceUnavailable. */
export type Reads = {
  /** The newest state of an aggregate; version 0 where it has not begun. A query of the event store. */
  readonly current: <Event extends AnyEvent, State>(
    aggregate: Foldable<Event, State>,
    id: string,
  ) => Promise<CurrentState<State>>;
  /** An aggregate's row in a view, which reflects at least this version of it; undefined where the store has no such version. */
  readonly row: <Row>(view: View<Row>, kind: string, id: string, version: number) => Promise<Row | undefined>;
};

/** A command to one aggregate, of whatever kind. `commandTo` makes it. */
export type AggregateCommand = {
  readonly aggregate: Aggregate<never, never, never, { readonly code: string }>;
  readonly id: string;
  readonly command: { readonly type: string };
};

/** A command to one aggregate: of a type that this kind of aggregate knows. */
export const commandTo = <Command extends { readonly type: string }, Event, State, Rejection extends { code: string }>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  id: string,
  command: Command,
): AggregateCommand => ({ aggregate: aggregate as unknown as AggregateCommand['aggregate'], id, command });

/** The tools of a subscriber for one event. */
export type Tools<Event extends RecordedEvent = RecordedEvent> = Reads & {
  /**
   * Does the work unless this subscriber has done it for this event before: the app remembers the event once the work is done.
   * Repeats never end, since anybody may replay. Only a crash between the work and the note makes the work run again.
   */
  readonly once: (work: () => Promise<void>) => Promise<void>;
  /**
   * Executes commands in this order, with ids derived from the subscriber, the event and the place of the command. However often
   * that happens, each has one effect: that of the command that was accepted first. The first refusal ends it: throws Unhandleable.
   */
  readonly execute: (commands: readonly AggregateCommand[]) => Promise<void>;
  /**
   * Reads the event in the event store, a query. Who has the app's secret can forge a message, but no event: so an amount of money
   * comes from here. Throws Unhandleable where the store does not have the event.
   */
  readonly stored: () => Promise<Event>;
  /** The present instant. */
  readonly now: () => string;
  /**
   * Has this subscriber, and nobody else, hear the event again at an instant, however far that is away. By its own clock it may come too
   * early; then it asks again.
   */
  readonly hearAgain: (at: string) => Promise<void>;
  /**
   * Sends a letter about the event, by `once`, where the event is no older than a day when it first comes. `write` makes it of what is so
   * now, and again for each try; undefined sends none. A letter that is refused for the moment is tried again for days; one that is
   * refused for good throws Unhandleable.
   */
  readonly email: (write: () => Promise<Letter | undefined>) => Promise<void>;
  /** Sends what the event store has to the stream. Resolves once that is done, or has failed for now. */
  readonly stream: () => Promise<void>;
  /** Tells all webhooks of the event, and tries deliveries that are due where the event was sent to wake the subscriber. */
  readonly tellWebhooks: () => Promise<void>;
};

/** Bounds, by the names of properties of messages. */
export type Above = Readonly<Record<string, number>>;

/** Someone who hears events and keeps no view. */
export type Subscriber<Event extends RecordedEvent = RecordedEvent> = {
  /** Also names its subscription, unless it names another. Never another listener's. */
  readonly name: string;
  /** The kinds of aggregates whose events it hears: all of them. */
  readonly follows: readonly string[];
  /** The types of events that it hears; all of them where it does not say. Service Bus delivers no others. */
  readonly types?: readonly string[];
  /**
   * It hears only events whose message has more than that in a property, such as `{ amountMinor: 100_000 }`: Service Bus delivers no
   * others. Its subscription is its own.
   */
  readonly above?: Above;
  /** The app may hand it several events of one aggregate at once, in whatever order. */
  readonly inAnyOrder?: true;
  /** A subscription that it shares with other listeners. Without one it has its own. */
  readonly subscription?: string;
  /** It is on only where the setting LISTENERS names it: else it has no subscription and no function. Its subscription is its own. */
  readonly switched?: true;
  /** For how long `once` remembers an event; for good where it does not say. */
  readonly remembersForSeconds?: number;
  /**
   * Handles an event: at least once, those of one aggregate in order within a batch. When it throws Unhandleable, the app parks
   * the message; when it throws anything else, the app calls it again, and again in later deliveries.
   */
  handle(event: Event, tools: Tools<Event>): Promise<void>;
};

/** The subscriber can never handle the event: the app parks its message, for people to look at. */
export class Unhandleable extends Error {
  override name = 'Unhandleable';
}

/** Declares a subscriber to the events of these kinds of aggregates and, where it names types, of those types: of no others. */
export const defineSubscriber = <
  const Kinds extends readonly AggregateKind[],
  const Type extends TypesOf<Kinds> = TypesOf<Kinds>,
>({
  follows,
  ...subscriber
}: Following<Subscriber<OfTypes<Kinds, Type>>, Kinds, Type>): Subscriber => ({
  // The app hands a subscriber the events of the kinds that it follows alone, and of the types that it names.
  ...(subscriber as Omit<Subscriber, 'follows'>),
  follows: follows.map(({ name }) => name),
});

/**
 * A rule of the kind "when this happened, do that": each event leads to commands, none for one of no interest. Pure. The commands
 * that the app executes follow from the event as the event store has it, never from a message.
 */
export type Reaction<Event extends RecordedEvent = RecordedEvent> = Pick<
  Subscriber,
  'name' | 'follows' | 'types' | 'above' | 'subscription'
> & {
  readonly react: (event: Event) => readonly AggregateCommand[];
};

/** Declares a reaction, to the events to which a subscriber can be declared: a subscriber that only executes commands. */
export const defineReaction = <
  const Kinds extends readonly AggregateKind[],
  const Type extends TypesOf<Kinds> = TypesOf<Kinds>,
>({
  react,
  ...reaction
}: Following<Reaction<OfTypes<Kinds, Type>>, Kinds, Type>): Subscriber =>
  defineSubscriber<Kinds, Type>({
    ...reaction,
    async handle(event, { execute, stored }) {
      if (react(event).length > 0) await execute(react(await stored()));
    },
  });

type TypesOf<Kinds extends readonly AggregateKind[]> = EventsOf<Kinds>['type'];
type OfTypes<Kinds extends readonly AggregateKind[], Type> = Extract<EventsOf<Kinds>, { readonly type: Type }>;
type Following<Declared, Kinds, Type> = Omit<Declared, 'follows' | 'types'> & {
  readonly follows: Kinds;
  readonly types?: readonly Type[];
};
