import type { components } from '../../../client/api.ts';
import { may } from '../../app/door.ts';
import { linkTo } from '../../app/router.ts';
import { useNow } from '../../parts/now.ts';
import { StatusBadge } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { Amount, durationText, ShortId, Time } from '../../parts/texts.tsx';

type Transfer = components['schemas']['Transfer'];

/** The app knows what became of a command for so long. */
const followedMs = 600_000;
/** Most have arrived long before. */
const lateMs = 60_000;

const reasons: Readonly<Record<NonNullable<Transfer['reason']>, string>> = {
  receiverClosed: 'The receiver was closed meanwhile.',
  receiverCannotTake: 'The receiver would have had more than an account can hold.',
};

export const TransferTable = ({ transfers }: { readonly transfers: readonly Transfer[] }) => (
  <Table
    caption="Transfers, newest first"
    rows={transfers}
    keyOf={({ id }) => id}
    columns={[
      { title: 'Sent', cell: ({ sentAt }) => <Time at={sentAt} /> },
      {
        title: 'From and to',
        isLead: true,
        cell: ({ from, to }) => (
          <>
            <AccountLink id={from} /> <span aria-hidden="true">→</span>
            <span class="unseen"> to </span> <AccountLink id={to} />
          </>
        ),
      },
      { title: 'For', cell: ({ reference }) => reference !== null && <bdi>{reference}</bdi> },
      { title: 'Status', cell: (transfer) => <Status of={transfer} /> },
      { title: 'Amount', isNumber: true, cell: (transfer) => <Amounts of={transfer} /> },
      ...(may(['Auditor', 'Operator']) && transfers.some(isFollowed)
        ? [{ title: 'Flow', isAction: true, cell: FlowLink }]
        : []),
    ]}
  />
);

const AccountLink = ({ id }: { readonly id: string }) => (
  <a href={linkTo(`/accounts/${id}`)}>
    <ShortId id={id} />
  </a>
);

const Status = ({ of: { status, reason, sentAt } }: { readonly of: Transfer }) => (
  <>
    <StatusBadge status={status} /> {status === 'inTransit' && <Late since={sentAt} />}
    {reason !== undefined && <span class="small muted">{reasons[reason]}</span>}
  </>
);

const Late = ({ since }: { readonly since: string }) => {
  const ms = useNow().value - Date.parse(since);
  return ms < lateMs ? null : <span class="small bad">for {durationText(ms)}</span>;
};

/** What arrived, too, where it has another currency. */
const Amounts = ({ of: { sent, received, rate } }: { readonly of: Transfer }) => (
  <>
    <Amount of={sent} />
    {rate !== undefined && (
      <div class="small muted">
        <Amount of={received} /> at {rate}
      </div>
    )}
  </>
);

const isFollowed = ({ sentAt }: Transfer): boolean => Date.now() - Date.parse(sentAt) < followedMs;

const FlowLink = (transfer: Transfer) =>
  isFollowed(transfer) && (
    <a href={linkTo(`/flow/${transfer.id}`, { at: transfer.sentAt })}>
      Follow<span class="unseen"> the transfer {transfer.id}</span>
    </a>
  );
