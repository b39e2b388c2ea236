import type { Broker } from './broker.ts';

/** Groups the broker's work into turns of the event loop. A turn commits all changes together, then answers them. */
export type Turns = {
  /** Requests a turn, to hand out messages or run effects. */
  request(): void;
  /** Runs the effect once all changes so far are durable. Effects run in order and must not throw. */
  after(effect: () => void): void;
  /** Runs a last turn. Throws if its commit fails. */
  close(): void;
};

/** Limits how late the broker notices a clock that has jumped, such as after a laptop's sleep. */
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
    // Effects that an effect adds belong to the next turn.
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
      // The disk failed. No client has had an answer yet, and senders wait for credit, so retry until it works.
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
