import { runRelay, type RelayOptions } from './relay.ts';

/**
 * The next instance does not know what one that was killed had sent: before it comes to messages that were never sent, it sends all
 * since the relay's checkpoint again, about as many at most.
 */
const commitsAtOnce = 500;
const longestMs = 5_000;

export type Relaying = {
  /** Runs the relay, after the run that is under way, if there is one. Returns how many messages it sent. */
  readonly run: (maximumMs: number) => Promise<number>;
  /** Counts commits whose messages this instance is about to send, and runs the relay once there are many. Nobody waits for it. */
  readonly note: (commits: number) => void;
};

/** The relay of one instance: a timer runs it, and so does the instance itself while there are many commits. */
export const createRelaying = (options: RelayOptions): Relaying => {
  const { clock, log } = options;
  let noted = 0;
  let underWay = 0;
  let last: Promise<unknown> = Promise.resolve();

  const run = (maximumMs: number): Promise<number> => {
    underWay += 1;
    const next = last.then(() => {
      noted = 0;
      return runRelay(options, clock.now() + maximumMs);
    });
    last = next.then(ended, ended);
    return next;
  };
  const ended = () => {
    underWay -= 1;
  };

  return {
    run,
    note(commits) {
      noted += commits;
      if (noted < commitsAtOnce || underWay > 0) return;
      run(longestMs).catch((error: unknown) => log('warn', `The relay goes on later: ${String(error)}`));
    },
  };
};
