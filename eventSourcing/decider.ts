/** The answer of the rules to a command: events, or nothing where all is as the command wants it, or a rejection, which is a value. */
export type Decision<Event, Rejection> =
  | { readonly accepted: true; readonly events: readonly Event[] }
  | { readonly accepted: false; readonly rejection: Rejection };

export const accept = <Event>(...events: readonly Event[]): Decision<Event, never> => ({ accepted: true, events });

export const reject = <const Rejection>(rejection: Rejection): Decision<never, Rejection> => ({
  accepted: false,
  rejection,
});

/** The rules of one kind of aggregate. Pure: ids and random values come with the command. */
export type Decider<Command, Event, State, Rejection> = {
  /** The state before the first event. */
  readonly initial: State;
  /** `at`: the instant that the events will bear, never before that of the newest event. */
  decide(command: Command, state: State, at: string): Decision<Event, Rejection>;
  /** Folds an event, which brings the aggregate to a version at an instant; never refuses, since it has happened. */
  evolve(state: State, event: Event, version: number, at: string): State;
};
