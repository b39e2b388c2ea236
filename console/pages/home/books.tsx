import type { components } from '../../../client/api.ts';
import { api } from '../../api/client.ts';
import { useQuery, type Queried } from '../../api/query.ts';
import { Answered, Empty, Panel } from '../../parts/panel.tsx';
import { Table } from '../../parts/table.tsx';
import { moneyText, Time, wordsOf } from '../../parts/texts.tsx';
import { OfferDemo } from '../faults/demo.tsx';
import { trialBalanceOf, type Line } from './trialBalance.ts';

type Invariants = { readonly items: readonly components['schemas']['Invariant'][] };

/** The trial balance, and whether the books are right. */
export const Books = ({ invariants }: { readonly invariants: Queried<Invariants> | undefined }) => {
  const balance = useQuery((asking) => api.GET('/api/ledger/trial-balance', asking), [], { of: ['books'] });
  return (
    <Panel title="The books" aside={invariants?.data && <Badge of={invariants.data} />}>
      <Answered of={balance.value}>
        {({ items }) => {
          const lines = trialBalanceOf(items);
          return lines.length === 0 ? (
            <Empty title="No money has moved yet">
              <p>Create a customer, open an account, and deposit something.</p>
              <OfferDemo />
            </Empty>
          ) : (
            <div class="books">
              <Table
                caption="Trial balance of today"
                rows={lines}
                keyOf={({ account, currency }) => `${account ?? 'total'} ${currency}`}
                classOf={({ account }) => (account === undefined ? 'total' : undefined)}
                columns={[
                  {
                    title: 'Account',
                    cell: ({ account, currency }) => (account === undefined ? currency : wordsOf(account)),
                  },
                  { title: 'Debit', isNumber: true, cell: (line) => side(line.debit, line) },
                  { title: 'Credit', isNumber: true, cell: (line) => side(line.credit, line) },
                ]}
              />
            </div>
          );
        }}
      </Answered>
    </Panel>
  );
};

/** Where both sides of a currency's total differ, something is very wrong. */
const side = (amount: string | undefined, { account, currency, debit, credit }: Line) =>
  amount !== undefined && (
    <span class={account === undefined && debit !== credit ? 'bad' : undefined}>{moneyText({ amount, currency })}</span>
  );

const Badge = ({ of: { items } }: { readonly of: Invariants }) => {
  const broken = items.filter(({ holds }) => !holds);
  const [first] = items;
  if (!first) return <span class="badge">not checked yet</span>;
  return (
    <span class={`badge ${broken.length > 0 ? 'bad' : 'good'}`}>
      {broken.length > 0 ? `${broken.length} of ${items.length} rules broken` : `${items.length} rules hold`}
      {' · '}
      <Time at={first.checkedAt} />
    </span>
  );
};
