import type { Broker } from './broker.ts';

/** The broker's beat: whatever happens in one turn of the event loop is committed together, and answered after that. */
export type Turns = {
  /** Asks for a turn: there is something to hand out, or an effect to run. */
  request(): void;
  /** Runs the effect once all that the broker has done so far is durable. Effects keep their order; none may throw. */
  after(effect: () => void): void;
  /** Takes a last turn. Throws if that cannot be committed. */
  close(): void;
};

/** A clock that jumps (a laptop that slept) is noticed within this time. */
const maxWaitMs = 1000;
const retryMs = 1000;

export function startTurns(broker: Broker, commit: () => void, now: () => number): Turns {
  let effects: (() => void)[] = [];
  let requested: NodeJS.Immediate | undefined;
  let alarm: NodeJS.Timeout | undefined;
  let isClosed = false;

  const turn = () => {
    broker.advance(now());
    commit();
    // An effect may ask for further ones; these belong to the next turn.
    const ready = effects;
    effects = [];
    for (const effect of ready) effect();
  };

  const run = () => {
    requested = undefined;
    clearTimeout(alarm);
    let wait = retryMs;
    try {
      turn();
      wait = Math.min(Math.max(broker.nextDeadline() - now(), 1), maxWaitMs);
    } catch (error) {
      // The disk refused. Nobody has been told anything yet, and senders wait for credit: try again until it works.
      process.emitWarning(error instanceof Error ? error : String(error));
    }
    alarm = setTimeout(request, wait).unref();
  };

  const request = () => {
    if (!isClosed) requested ??= setImmediate(run);
  };

  request();
  return {
    request,
    after(effect) {
      effects.push(effect);
      request();
    },
    close() {
      isClosed = true;
      if (requested) clearImmediate(requested);
      clearTimeout(alarm);
      turn();
    },
  };
}
