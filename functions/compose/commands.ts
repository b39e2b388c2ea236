import { meter } from '../../adapters/telemetry/meter.ts';
import { observedExecute } from '../../adapters/telemetry/observedExecute.ts';
import { createHandlers, type Execute, type HandlerOptions } from '../../application/commands/handlers.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import type { Shared } from './shared.ts';

/** What handlers of commands work with. `publish` hears of what they have appended. */
export const commandOptions = (
  { context: { ownerOf }, recording, stores: { eventStore, history }, clock, pause }: Shared,
  publish: (commits: readonly Commit[]) => void,
): HandlerOptions => ({
  ...{ eventStore, history, ownerOf, clock, meter, pause },
  onCommitted(commits) {
    history.remember(commits);
    recording.committed(commits);
    publish(commits);
  },
});

/** Each command is for one aggregate alone. */
export const ofOneAggregate = (options: HandlerOptions): Execute => {
  const handlerOf = createHandlers(options);
  return (aggregate, id, request) => handlerOf(aggregate).handle(typeof id === 'string' ? id : id(0), request);
};

/** Tells telemetry and the record of this instance of each command. */
export const observed = <Rejection>(
  { telemetry, recording }: Shared,
  execute: Execute<Rejection>,
): Execute<Rejection> => recording.execute(telemetry.observe(execute, observedExecute));
