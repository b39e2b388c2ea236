import { meter } from '../../adapters/telemetry/meter.ts';
import { observedBank } from '../../adapters/telemetry/observedBank.ts';
import { createBank, type Bank } from '../../application/commands/bank/bank.ts';
import { ownerOf } from '../../domain/ownership.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import type { Shared } from './shared.ts';

export const composeCommands = (
  { telemetry, stores: { eventStore, history, claims }, clock, pause }: Shared,
  publish: (commits: readonly Commit[]) => void,
): Bank => {
  const onCommitted = (commits: readonly Commit[]) => {
    history.remember(commits);
    publish(commits);
  };
  return telemetry.observe(
    createBank({ eventStore, history, claims, ownerOf, clock, meter, pause, onCommitted }),
    observedBank,
  );
};
