import type { Clock } from '../../application/clock.ts';
import { checkInvariants, listInvariants, type Invariant } from '../../application/invariants/invariants.ts';
import { invariantOfCommits, type Claim } from '../../application/invariants/ofCommits.ts';
import { invariantOfEntries } from '../../application/invariants/ofEntries.ts';
import { invariantOfRowPairs } from '../../application/invariants/ofRowPairs.ts';
import { bankEventsOf } from '../../domain/registry.ts';
import { hasSent } from '../../domain/sentTransfer.ts';
import { eventIdParts, type Commit } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import type { Generation, View } from '../../eventSourcing/view.ts';
import { accounts } from '../../projections/accounts.ts';
import { dailyTotals } from '../../projections/dailyTotals.ts';
import { differsFromBalance, wrongWithEntry } from '../../projections/ledgerChecks.ts';
import type { Shared } from './shared.ts';
import type { ComposedViews } from './views.ts';

type Parts = {
  readonly stores: Pick<Shared['stores'], 'eventStore' | 'feedPages' | 'rows' | 'entryPages'>;
  readonly clock: Clock;
  readonly generations: ComposedViews['generations'];
};

/** The rules that the books always meet. */
export const bankInvariants = ({
  stores: { eventStore, feedPages, rows, entryPages },
  generations,
  clock,
}: Parts): readonly Invariant[] => {
  const answering = async <Row, Entry>(view: View<Row, Entry>) =>
    (await generations.answering(view)) as unknown as Generation;
  return [
    invariantOfEntries({
      name: 'debitsEqualCredits',
      generation: () => answering(dailyTotals),
      entries: entryPages,
      wrongWith: wrongWithEntry,
    }),
    invariantOfRowPairs({
      name: 'ledgerEqualsBalances',
      generations: async () => [await answering(accounts), await answering(dailyTotals)],
      rows,
      difference: differsFromBalance,
    }),
    invariantOfCommits({
      name: 'receivedWasSent',
      ...{ feedPages, eventStore, clock, claimsIn: receiptsIn },
      detailOf: ({ aggregateId, version, of }) =>
        `${aggregateId}:${version} received what ${of.aggregateId}:${of.version} did not send`,
    }),
  ];
};

/** The receipts of transfers in a commit; none where nobody can read it. */
const receiptsIn = (commit: Commit): readonly Claim[] => {
  if (!commit.events.some(({ type }) => type === 'TransferReceived')) return [];
  try {
    return bankEventsOf(commit).flatMap((event): Claim[] => {
      if (event.type !== 'TransferReceived') return [];
      const { aggregateId, version, data } = event;
      const { version: sentAt } = eventIdParts(data.transferId);
      const receipt = { ...data, by: aggregateId };
      return [
        {
          ...{ aggregateId, version },
          of: { aggregateId: data.from, version: Number.isSafeInteger(sentAt) ? sentAt : 0 },
          isIn: (sender) => sender.aggregateId === data.from && hasSent(sender, receipt),
        },
      ];
    });
  } catch (error) {
    if (error instanceof UnreadableEvent) return [];
    throw error;
  }
};

export const composeInvariants = ({ telemetry, stores, clock, log }: Shared, { generations }: ComposedViews) => {
  const options = { invariants: bankInvariants({ stores, generations, clock }), checkpoints: stores.checkpoints };
  const onChecked = (name: string, breaches: number) => {
    if (telemetry.isOn) telemetry.recordBreaches(name, breaches);
  };
  return {
    listInvariants: () => listInvariants(options),
    checkInvariants: () => checkInvariants({ ...options, clock, log, onChecked }),
  };
};
