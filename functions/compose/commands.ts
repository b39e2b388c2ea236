import { meter } from '../../adapters/telemetry/meter.ts';
import { observedBank } from '../../adapters/telemetry/observedBank.ts';
import { createBank, type Bank } from '../../application/commands/bank.ts';
import { ownerOf } from '../../domain/ownership.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import type { Shared } from './shared.ts';

export const composeCommands = (
  { telemetry, stores: { eventStore, claims }, clock, pause }: Shared,
  onCommitted: (commits: readonly Commit[]) => void,
): Bank =>
  telemetry.observe(createBank({ eventStore, claims, ownerOf, clock, meter, pause, onCommitted }), observedBank);
