/** A business rule's answer: the events that follow, at least one, or the refusal, which is a value. */
export type Decision<Event, Rejection> =
  | { readonly accepted: true; readonly events: readonly [Event, ...Event[]] }
  | { readonly accepted: false; readonly rejection: Rejection };

export const accept = <Event>(...events: [Event, ...Event[]]): Decision<Event, never> => ({ accepted: true, events });

export const reject = <const Rejection>(rejection: Rejection): Decision<never, Rejection> => ({
  accepted: false,
  rejection,
});

/** The rules of one kind of aggregate. Pure: time, ids and randomness arrive in the command. */
export type Decider<Command, Event, State, Rejection> = {
  /** The state of a stream without events. */
  readonly initial: State;
  decide(command: Command, state: State): Decision<Event, Rejection>;
  /** Never refuses: what happened, happened. */
  evolve(state: State, event: Event): State;
};
