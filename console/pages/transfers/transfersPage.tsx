import type { components } from '../../../client/api.ts';
import { api } from '../../api/client.ts';
import { useQuery } from '../../api/query.ts';
import type { ConsolePage, PageProps } from '../../app/page.ts';
import { refine } from '../../app/router.ts';
import { Choice, Field } from '../../parts/form.tsx';
import { Pager, usePages } from '../../parts/pager.tsx';
import { Answered, Empty, Head, Panel } from '../../parts/panel.tsx';
import { useInAddress } from '../../parts/rested.ts';
import { TransferTable } from './transferTable.tsx';

type Status = components['schemas']['Transfer']['status'];

const titles: Readonly<Record<Status | '', string>> = {
  '': 'All, newest first',
  inTransit: 'In transit',
  returned: 'Returned',
  completed: 'Completed',
};

const statusIn = (query: URLSearchParams): Status | '' => {
  const wanted = query.get('status') ?? '';
  return Object.hasOwn(titles, wanted) ? (wanted as Status | '') : '';
};

const Transfers = ({ query }: PageProps) => {
  const status = statusIn(query);
  const { wanted, rested: account } = useInAddress('account', query);
  return (
    <>
      <Head
        title="Transfers"
        about="Money leaves the sender at once. What the receiver cannot take comes back, with the reason."
      />
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <Choice
          label="Status"
          value={status}
          options={[
            ['', 'Any'],
            ['inTransit', 'In transit'],
            ['returned', 'Returned'],
            ['completed', 'Completed'],
          ]}
          choose={(chosen) => refine({ status: chosen })}
        />
        <Field label="From or to the account" type="search" value={wanted} placeholder="its id" />
      </form>
      <Found status={status} account={account} />
    </>
  );
};

const Found = ({ status, account }: { readonly status: Status | ''; readonly account: string }) => {
  const pages = usePages(['transfers', status, account]);
  const found = useQuery(
    (asking) =>
      api.GET('/api/transfers', {
        params: {
          query: {
            limit: 25,
            ...(status !== '' && { status }),
            ...(account !== '' && { account }),
            ...(pages.cursor !== undefined && { cursor: pages.cursor }),
          },
        },
        ...asking,
      }),
    [status, account, pages.cursor],
    { of: ['transfers'] },
  );
  return (
    <Panel title={titles[status]}>
      <Answered of={found.value}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing status={status} isOfAccount={account !== ''} />
          ) : (
            <TransferTable transfers={items} />
          )
        }
      </Answered>
      <Pager pages={pages} of={found.value} />
    </Panel>
  );
};

const Nothing = ({ status, isOfAccount }: { readonly status: Status | ''; readonly isOfAccount: boolean }) => {
  if (isOfAccount) {
    return (
      <Empty title="This account has no such transfers">
        <p>Look at those of all accounts, or of another status, above.</p>
      </Empty>
    );
  }
  switch (status) {
    case 'inTransit':
      return (
        <Empty title="Nothing is on its way">
          <p>Most transfers arrive within a second.</p>
        </Empty>
      );
    case 'returned':
      return (
        <Empty title="Nothing came back">
          <p>Money comes back when its receiver is closed meanwhile, or would have too much.</p>
        </Empty>
      );
    default:
      return (
        <Empty title="No transfers yet">
          <p>Open an account, and send money from it to another one.</p>
        </Empty>
      );
  }
};

export const transfersPage: ConsolePage = {
  path: '/transfers',
  title: 'Transfers',
  inMenu: 'bank',
  roles: ['Teller', 'Auditor'],
  Page: Transfers,
};
