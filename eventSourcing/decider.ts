/** The answer of the rules to a command: one event or more, or a rejection, which is a value. */
export type Decision<Event, Rejection> =
  | { readonly accepted: true; readonly events: readonly [Event, ...Event[]] }
  | { readonly accepted: false; readonly rejection: Rejection };

export const accept = <Event>(...events: [Event, ...Event[]]): Decision<Event, never> => ({ accepted: true, events });

export const reject = <const Rejection>(rejection: Rejection): Decision<never, Rejection> => ({
  accepted: false,
  rejection,
});

/** The rules of one kind of aggregate. Pure: time, ids and random values come with the command. */
export type Decider<Command, Event, State, Rejection> = {
  /** The state before the first event. */
  readonly initial: State;
  decide(command: Command, state: State): Decision<Event, Rejection>;
  /** Folds an event, which brings the aggregate to a version; never refuses, since it has happened. */
  evolve(state: State, event: Event, version: number): State;
};
