import type { components } from '../../../client/api.ts';
import { api } from '../../api/client.ts';
import { useQuery, type Queried } from '../../api/query.ts';
import { Answered, Empty, Panel } from '../../parts/panel.tsx';
import { Table } from '../../parts/table.tsx';
import { moneyText, Time, wordsOf } from '../../parts/texts.tsx';
import { OfferDemo } from '../faults/demo.tsx';

type Invariants = { readonly items: readonly components['schemas']['Invariant'][] };

/** The trial balance, and whether the books are right. */
export const Books = ({ invariants }: { readonly invariants: Queried<Invariants> | undefined }) => {
  const balance = useQuery((asking) => api.GET('/api/ledger/trial-balance', asking), [], { of: ['books'] });
  return (
    <Panel title="The books" aside={invariants?.data && <Badge of={invariants.data} />}>
      <Answered of={balance.value}>
        {({ items: all }) => {
          const items = all.filter(({ debit, credit }) => isSome(debit) || isSome(credit));
          return items.length === 0 ? (
            <Empty title="No money has moved yet">
              <p>Create a customer, open an account, and deposit something.</p>
              <OfferDemo />
            </Empty>
          ) : (
            <Table
              caption="Trial balance of today"
              rows={items}
              keyOf={({ account, currency }) => `${account} ${currency}`}
              columns={[
                { title: 'Account', cell: ({ account }) => wordsOf(account) },
                { title: 'Debit', isNumber: true, cell: (item) => side(item.debit, item.currency) },
                { title: 'Credit', isNumber: true, cell: (item) => side(item.credit, item.currency) },
              ]}
            />
          );
        }}
      </Answered>
    </Panel>
  );
};

const isSome = (amount: string): boolean => /[1-9]/.test(amount);
const side = (amount: string, currency: string) => (isSome(amount) ? moneyText({ amount, currency }) : '');

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
