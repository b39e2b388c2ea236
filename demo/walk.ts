import { setImmediate as turn } from 'node:timers/promises';
import { instantOf } from '../application/clock.ts';
import type { ContextServices } from '../functions/services.ts';
import { eventId } from '../eventSourcing/commit.ts';
import { continueTrace } from '../functions/http/traceparent.ts';
import type { Step, VersionOf } from './plan/steps.ts';

export const commandIdOf = (key: string): string => `k:demo:${key}`;

/**
 * Takes each step when the clock, which it sets, comes to it, and tells how many are done. Steps that were taken before have no further
 * effect. Throws where the bank does anything else.
 */
export const walk = async (
  { execute }: Pick<ContextServices, 'execute'>,
  clock: { at: number | undefined },
  steps: readonly Step[],
  start: number,
  onStep?: (done: number) => void,
): Promise<void> => {
  const versions = new Map<string, number>();
  const versionOf: VersionOf = (key) => {
    const version = versions.get(key);
    if (version === undefined) throw new Error(`The demo has not come to ${key} yet`);
    return version;
  };
  for (const [index, step] of steps.entries()) {
    clock.at = start + step.at;
    const outcome = await execute(...requestOf(step, versionOf, start));
    if (outcome.outcome !== 'done') throw new Error(`The demo's step ${step.key}: ${JSON.stringify(outcome)}`);
    const { version, occurredAt } = outcome.commit;
    if (occurredAt !== instantOf(clock.at)) {
      throw new Error(
        `An app has gone on with a demo that was not finished, at ${occurredAt}: ` +
          'begin empty with --fresh, or choose another folder with --data.',
      );
    }
    versions.set(step.key, version);
    onStep?.(index + 1);
    // What has been appended is sent meanwhile.
    await turn();
  }
};

/** A reaction bears the ids that the app would give it, so that the app, which hears of it later, finds it done. */
const requestOf = ({ key, command: make, reaction }: Step, versionOf: VersionOf, start: number) => {
  const { aggregate, id, command } = make(versionOf, start);
  const { traceId, traceparent } = continueTrace();
  const caused = reaction && eventId(id, versionOf(reaction.to));
  const commandId = reaction ? `r:${reaction.listener}:${caused}:0` : commandIdOf(key);
  const request = {
    ...{ command: command as never, commandId, keyed: true, fingerprint: reaction ? commandId : key },
    actor: reaction ? `reaction:${reaction.listener}` : 'demo',
    ...{ correlationId: traceId, traceparent, causationId: caused },
  };
  return [aggregate, id, request] as const;
};
