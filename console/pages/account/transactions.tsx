import { useSignal } from '@preact/signals';
import type { components } from '../../../client/api.ts';
import { api } from '../../api/client.ts';
import { seenOf } from '../../api/positions.ts';
import { useQuery } from '../../api/query.ts';
import { may } from '../../app/door.ts';
import { linkTo } from '../../app/router.ts';
import { Pager, usePages } from '../../parts/pager.tsx';
import { Answered, Empty, Panel } from '../../parts/panel.tsx';
import { Table } from '../../parts/table.tsx';
import { Amount, ShortId, Time, wordsOf } from '../../parts/texts.tsx';
import type { Account } from './account.ts';
import { ReverseForm } from './lifeForms.tsx';

type Transaction = components['schemas']['Transaction'];

/** The account's movements, newest first. */
export const Transactions = ({ account: { id, status } }: { readonly account: Account }) => {
  const pages = usePages(['transactions', id]);
  const reversing = useSignal<Transaction | undefined>(undefined);
  const found = useQuery(
    (asking) =>
      api.GET('/api/accounts/{id}/transactions', {
        params: {
          path: { id },
          query: { limit: 25, ...seenOf(id), ...(pages.cursor !== undefined && { cursor: pages.cursor }) },
        },
        ...asking,
      }),
    [id, pages.cursor],
    { of: [`account ${id}`] },
  );
  const reverse = (transaction: Transaction) =>
    may(['Teller']) && status !== 'closed' && isReversible(transaction) ? (
      <button type="button" class="link" onClick={() => (reversing.value = transaction)}>
        Reverse
        <span class="unseen">
          {' '}
          the {transaction.type} of version {transaction.version}
        </span>
      </button>
    ) : null;
  return (
    <Panel
      title="Statement"
      aside={may(['Teller', 'Auditor']) && <a href={linkTo('/transfers', { account: id })}>Its transfers</a>}
    >
      <Answered of={found.value}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing has moved yet">
              <p>A deposit is the first movement of most accounts.</p>
            </Empty>
          ) : (
            <Table
              caption="Movements, newest first"
              rows={items}
              keyOf={(each) => each.id}
              columns={[
                { title: 'When', cell: ({ occurredAt }) => <Time at={occurredAt} /> },
                { title: 'What', isLead: true, cell: (each) => <What of={each} /> },
                { title: 'Amount', isNumber: true, cell: (each) => <Moved of={each} /> },
                { title: 'Balance after', isNumber: true, cell: ({ balanceAfter }) => <Amount of={balanceAfter} /> },
                { title: ' ', isAction: true, cell: reverse },
              ]}
            />
          )
        }
      </Answered>
      <Pager pages={pages} of={found.value} />
      {reversing.value && (
        <ReverseForm accountId={id} transactionId={reversing.value.id} close={() => (reversing.value = undefined)} />
      )}
    </Panel>
  );
};

const isReversible = ({ type, reversedBy }: Transaction): boolean =>
  (type === 'deposit' || type === 'withdrawal') && reversedBy === undefined;

const What = ({ of: { type, reference, counterparty, reversedBy } }: { readonly of: Transaction }) => (
  <>
    {reference === null ? wordsOf(type) : <bdi>{reference}</bdi>}
    {reference !== null && <span class="muted small"> · {wordsOf(type)}</span>}
    {counterparty !== undefined && (
      <span class="small">
        {' '}
        <a href={linkTo(`/accounts/${counterparty}`)}>
          <ShortId id={counterparty} />
        </a>
      </span>
    )}
    {reversedBy !== undefined && (
      <>
        {' '}
        <span class="badge">reversed</span>
      </>
    )}
  </>
);

const incoming = ['deposit', 'transferIn', 'transferReturned'];

/** What came in has a plus and a colour. A reversal goes the other way of what it reverses, so that neither is said of it. */
const Moved = ({ of: { type, amount } }: { readonly of: Transaction }) => {
  if (type === 'reversal') return <Amount of={amount} />;
  return incoming.includes(type) ? (
    <span class="good">
      +<Amount of={amount} />
    </span>
  ) : (
    <>
      −<Amount of={amount} />
    </>
  );
};
