import { useSignal } from '@preact/signals';
import { api } from '../../api/client.ts';
import { useCommand } from '../../api/command.ts';
import { seenOf } from '../../api/positions.ts';
import { useQuery } from '../../api/query.ts';
import { may } from '../../app/door.ts';
import { CommandButton } from '../../parts/commandButton.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import { Pager, usePages } from '../../parts/pager.tsx';
import { Answered, Empty, Panel } from '../../parts/panel.tsx';
import { StatusBadge } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { Amount, Time } from '../../parts/texts.tsx';
import type { Account, Hold } from './account.ts';
import { CaptureForm } from './captureForm.tsx';

/** The account's holds, newest first. */
export const Holds = ({ account }: { readonly account: Account }) => {
  const { id } = account;
  const pages = usePages(['holds', id]);
  const capturing = useSignal<Hold | undefined>(undefined);
  const found = useQuery(
    (asking) =>
      api.GET('/api/accounts/{id}/holds', {
        params: {
          path: { id },
          query: { limit: 25, ...seenOf(id), ...(pages.cursor !== undefined && { cursor: pages.cursor }) },
        },
        ...asking,
      }),
    [id, pages.cursor],
    { of: [`account ${id}`] },
  );
  const actions = (hold: Hold) =>
    may(['Teller']) && hold.status === 'open' ? (
      <HoldActions accountId={id} hold={hold} capture={() => (capturing.value = hold)} />
    ) : null;
  return (
    <Panel title="Holds">
      <Answered of={found.value}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No holds">
              <p>A hold promises money to somebody: it stays in the balance, and is not available.</p>
            </Empty>
          ) : (
            <Table
              caption="Holds, newest first"
              rows={items}
              keyOf={(each) => each.id}
              columns={[
                { title: 'Placed', cell: ({ placedAt }) => <Time at={placedAt} /> },
                { title: 'For', isLead: true, cell: ({ reference }) => <bdi>{reference ?? '–'}</bdi> },
                { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
                {
                  title: 'Ends',
                  cell: ({ status, expiresAt, endedAt }) => (
                    <Time at={status === 'open' ? expiresAt : (endedAt ?? expiresAt)} />
                  ),
                },
                { title: 'Amount', isNumber: true, cell: ({ amount }) => <Amount of={amount} /> },
                { title: ' ', isAction: true, cell: actions },
              ]}
            />
          )
        }
      </Answered>
      <Pager pages={pages} of={found.value} />
      {capturing.value && (
        <CaptureForm account={account} hold={capturing.value} close={() => (capturing.value = undefined)} />
      )}
    </Panel>
  );
};

type HoldActionsProps = { readonly accountId: string; readonly hold: Hold; readonly capture: () => void };

/** The buttons of one hold. Its release has a key of its own. */
const HoldActions = ({ accountId, hold, capture }: HoldActionsProps) => {
  const { state, run } = useCommand((holdId: string, header) =>
    api.POST('/api/accounts/{id}/holds/{holdId}/release', {
      params: { path: { id: accountId, holdId }, header },
      body: {},
    }),
  );
  const { failure, isBusy } = state.value;
  return (
    <>
      <span class="row">
        <button type="button" onClick={capture}>
          Capture
        </button>
        <CommandButton isBusy={isBusy} run={() => void run(hold.id)}>
          Release
        </CommandButton>
      </span>
      {failure && <FailureNotice of={failure} />}
    </>
  );
};
