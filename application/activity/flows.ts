import { boundedCache } from '../boundedCache.ts';
import { present, type Clock } from '../clock.ts';

const keptMs = 600_000;
const keptFlows = 5_000;
/** Callers may give any number of commands the same correlation id. */
const keptSteps = 200;

/** Something that became of a command. */
export type Step = {
  /** The app got a command, appended an event or sent its message; or a view or a subscriber has heard of it. */
  readonly step: 'request' | 'commit' | 'message' | 'view' | 'subscriber';
  /** The command, the event's type, or the listener. */
  readonly name: string;
  /** The event's id; a command has none. */
  readonly event?: string | undefined;
  readonly at: string;
};

export type Flows = {
  readonly add: (correlationId: string, step: Omit<Step, 'at'>) => void;
  /** Undefined where this instance knows nothing of it any more. */
  readonly find: (correlationId: string) => readonly Step[] | undefined;
};

/** What became of the commands of the last ten minutes, by their correlation ids, as far as this instance took part. */
export const createFlows = (clock: Clock): Flows => {
  const flows = boundedCache<{ readonly begunMs: number; readonly steps: Step[] }>(keptFlows);
  const kept = (correlationId: string) => {
    const flow = flows.get(correlationId);
    return flow && Math.abs(clock.now() - flow.begunMs) <= keptMs ? flow : undefined;
  };
  return {
    add(correlationId, step) {
      const flow = kept(correlationId) ?? { begunMs: clock.now(), steps: [] };
      if (flow.steps.length < keptSteps) flow.steps.push({ ...step, at: present(clock) });
      flows.set(correlationId, flow);
    },
    find: (correlationId) => kept(correlationId)?.steps,
  };
};
