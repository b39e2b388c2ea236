import { useMemo } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { seenOf } from '../../api/positions.ts';
import { useQuery } from '../../api/query.ts';
import { Answered, Panel } from '../../parts/panel.tsx';
import { Plot } from '../../parts/plot.tsx';
import { moneyText } from '../../parts/texts.tsx';
import type { Account } from './account.ts';

type Point = { readonly at: string; readonly balance: { readonly amount: string } };

/** The balance over time: the points are evenly spread over the account's versions, however many there are. */
export const BalancePlot = ({ account: { id, currency, version } }: { readonly account: Account }) => {
  const balances = useQuery(
    (asking) =>
      api.GET('/api/accounts/{id}/balances', {
        params: { path: { id }, query: { points: 200, ...seenOf(id) } },
        ...asking,
      }),
    [id],
  );
  return (
    <Panel title="Balance over time" aside={<span class="muted small">{version.toLocaleString()} versions</span>} wide>
      <Answered of={balances.value}>{({ items }) => <Balances items={items} currency={currency} />}</Answered>
    </Panel>
  );
};

const Balances = ({ items, currency }: { readonly items: readonly Point[]; readonly currency: string }) => {
  const { times, values } = useMemo(
    () => ({
      times: items.map(({ at }) => Date.parse(at) / 1_000),
      values: items.map(({ balance }) => Number(balance.amount)),
    }),
    [items],
  );
  return (
    <Plot
      about="The balance over time"
      times={times}
      isStepped
      lines={[{ label: 'Balance', values, text: (value) => moneyText({ amount: String(value), currency }) }]}
    />
  );
};
