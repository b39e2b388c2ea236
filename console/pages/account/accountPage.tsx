import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { seenOf } from '../../api/positions.ts';
import { useQuery } from '../../api/query.ts';
import { may } from '../../app/door.ts';
import type { ConsolePage, PageProps } from '../../app/page.ts';
import { linkTo } from '../../app/router.ts';
import { Answered, Head, Panel } from '../../parts/panel.tsx';
import { StatusBadge } from '../../parts/status.tsx';
import { Actions } from './actions.tsx';
import { BalancePlot } from './balancePlot.tsx';
import { Events } from './events.tsx';
import { Figures } from './figures.tsx';
import { Holds } from './holds.tsx';
import { Months } from './months.tsx';
import { Tabs } from './tabs.tsx';
import { TimeTravel } from './timeTravel.tsx';
import { Transactions } from './transactions.tsx';

const AccountPage = ({ params: { id = '' }, query }: PageProps) => {
  const owner = useRef<string>(undefined);
  const found = useQuery(
    (asking) => api.GET('/api/accounts/{id}', { params: { path: { id }, query: seenOf(id) }, ...asking }),
    [id],
    // It shows the name of its owner.
    { of: [`account ${id}`, ...(owner.current === undefined ? [] : [`customer ${owner.current}` as const])] },
  );
  const shownAt = useSignal<string | undefined>(undefined);
  const { data } = found.value;
  owner.current = data?.customerId;
  const [shown] = tabs.find(([name]) => name === query.get('tab')) ?? tabs[0];
  return (
    <>
      <Head
        title={data ? `${data.currency} account` : 'Account'}
        about={
          data && (
            <>
              of{' '}
              <a href={linkTo(`/customers/${data.customerId}`)}>
                <bdi>{data.customerName}</bdi>
              </a>{' '}
              · <code>{id}</code> <StatusBadge status={data.status} />
            </>
          )
        }
      />
      <Answered of={found.value}>
        {(account) => (
          <>
            <div class="account">
              <Panel title="Now">
                <Figures of={account} />
                {may(['Teller', 'Customer']) && <Actions account={account} />}
              </Panel>
              <BalancePlot account={account} shownAt={shownAt} />
            </div>
            <TimeTravel account={account} query={query} shownAt={shownAt} />
            <div class="tabbed">
              <Tabs of={tabs} shown={shown} />
              <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${shown}`}>
                {shown === 'transactions' && <Transactions account={account} />}
                {shown === 'months' && <Months account={account} />}
                {shown === 'holds' && <Holds account={account} />}
                {shown === 'events' && <Events id={id} />}
              </div>
            </div>
          </>
        )}
      </Answered>
    </>
  );
};

const tabs = [
  ['transactions', 'Statement'],
  ['months', 'Months'],
  ['holds', 'Holds'],
  ['events', 'Events'],
] as const;

export const accountPage: ConsolePage = {
  path: '/accounts/:id',
  title: 'Account',
  roles: ['Teller', 'Auditor', 'Customer'],
  Page: AccountPage,
};
