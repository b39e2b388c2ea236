import { useSignal } from '@preact/signals';
import { api } from '../api/client.ts';
import { useCommand } from '../api/command.ts';
import { seenOf } from '../api/positions.ts';
import { useQuery } from '../api/query.ts';
import { may } from '../app/door.ts';
import type { ConsolePage, PageProps } from '../app/page.ts';
import { go, linkTo } from '../app/router.ts';
import { CurrencyChoice } from '../parts/currencyChoice.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Form } from '../parts/form.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Answered, Empty, Head, Panel } from '../parts/panel.tsx';
import { StatusBadge } from '../parts/status.tsx';
import { Table } from '../parts/table.tsx';
import { Amount, ShortId } from '../parts/texts.tsx';

const Customer = ({ params: { id = '' } }: PageProps) => {
  const found = useQuery(
    (asking) => api.GET('/api/customers/{id}', { params: { path: { id }, query: seenOf(id) }, ...asking }),
    [id],
    { of: [`customer ${id}`] },
  );
  const isOpening = useSignal(false);
  const { data } = found.value;
  return (
    <>
      <Head title={data ? `${data.firstName} ${data.lastName}` : 'Customer'} about={data && <bdi>{data.email}</bdi>}>
        {may(['Teller', 'Customer']) && data && (
          <button type="button" class="main-action" onClick={() => (isOpening.value = true)}>
            Open an account
          </button>
        )}
      </Head>
      <Answered of={found.value}>
        {({ totals, accounts }) => (
          <>
            {totals.length > 0 && (
              <Panel title="In all">
                <dl class="figures">
                  {totals.map((total) => (
                    <div key={total.currency} class="main-figure">
                      <dt>{total.currency}</dt>
                      <dd>
                        <Amount of={total} />
                      </dd>
                    </div>
                  ))}
                </dl>
              </Panel>
            )}
            <Panel title="Accounts">
              {accounts.length === 0 ? (
                <Empty title="No account yet">
                  <p>An account holds one currency. Open one above.</p>
                </Empty>
              ) : (
                <Table
                  caption="Accounts of this customer"
                  rows={accounts}
                  keyOf={(account) => account.id}
                  columns={[
                    {
                      title: 'Account',
                      cell: (account) => (
                        <a href={linkTo(`/accounts/${account.id}`)}>
                          <ShortId id={account.id} />
                        </a>
                      ),
                    },
                    { title: 'Currency', cell: ({ currency }) => currency },
                    { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
                    { title: 'Balance', isNumber: true, cell: ({ balance }) => <Amount of={balance} /> },
                  ]}
                />
              )}
            </Panel>
          </>
        )}
      </Answered>
      {isOpening.value && <OpenAccount customerId={id} close={() => (isOpening.value = false)} />}
    </>
  );
};

const OpenAccount = ({ customerId, close }: { readonly customerId: string; readonly close: () => void }) => {
  const currency = useSignal('EUR');
  const { state, run } = useCommand((body: { customerId: string; currency: string }, header) =>
    api.POST('/api/accounts', { body: body as never, params: { header } }),
  );
  const submit = async () => {
    const opened = await run({ customerId, currency: currency.value });
    if (opened) go(`/accounts/${opened.id}`);
  };
  const { failure, isBusy } = state.value;
  return (
    <Dialog title="Open an account" close={close}>
      <Form action="Open" isBusy={isBusy} submit={() => void submit()}>
        <CurrencyChoice value={currency} />
        {failure && <FailureNotice of={failure} />}
      </Form>
    </Dialog>
  );
};

export const customerPage: ConsolePage = {
  path: '/customers/:id',
  title: 'Customer',
  roles: ['Teller', 'Auditor', 'Customer'],
  Page: Customer,
};
