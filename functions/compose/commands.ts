import { meter } from '../../adapters/telemetry/meter.ts';
import { observedBank } from '../../adapters/telemetry/observedBank.ts';
import { createBank, type Bank } from '../../application/commands/bank/bank.ts';
import { ownerOf } from '../../domain/ownership.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import type { Shared } from './shared.ts';

export const composeCommands = (
  { telemetry, recording, stores: { eventStore, history, claims }, clock, pause }: Shared,
  publish: (commits: readonly Commit[]) => void,
): Bank => {
  const onCommitted = (commits: readonly Commit[]) => {
    history.remember(commits);
    recording.committed(commits);
    publish(commits);
  };
  const bank = createBank({ eventStore, history, claims, ownerOf, clock, meter, pause, onCommitted });
  return recording.bank(telemetry.observe(bank, observedBank));
};
