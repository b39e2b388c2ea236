import { useMemo } from 'preact/hooks';
import type { components } from '../../../client/api.ts';
import { api } from '../../api/client.ts';
import { seenOf } from '../../api/positions.ts';
import { useQuery } from '../../api/query.ts';
import { Answered, Panel } from '../../parts/panel.tsx';
import { Plot } from '../../parts/plot.tsx';
import { moneyText } from '../../parts/texts.tsx';
import type { Account, Hold } from './account.ts';
import { availableOverTime } from './available.ts';

type Point = components['schemas']['BalancePoint'];
type Holds = { readonly items: readonly Hold[]; readonly nextCursor?: string };

/** No hold lasts longer. */
const longestHoldMs = 31 * 86_400_000;

/**
 * Balance and available over time. The points are evenly spread over the account's versions, however many there are: both lines have
 * these alone. Where there are more holds than one page has, the line of what was available begins later.
 */
export const BalancePlot = ({ account: { id, currency, version } }: { readonly account: Account }) => {
  const of = [`account ${id}` as const];
  const balances = useQuery(
    (asking) =>
      api.GET('/api/accounts/{id}/balances', {
        params: { path: { id }, query: { points: 200, ...seenOf(id) } },
        ...asking,
      }),
    [id],
    { of },
  );
  const holds = useQuery(
    (asking) =>
      api.GET('/api/accounts/{id}/holds', {
        params: { path: { id }, query: { limit: 200, ...seenOf(id) } },
        ...asking,
      }),
    [id],
    { of },
  );
  return (
    <Panel title="Balance over time" aside={<span class="muted small">{version.toLocaleString()} versions</span>} wide>
      <Answered of={balances.value}>
        {({ items }) => <Balances points={items} holds={holds.value.data} currency={currency} />}
      </Answered>
    </Panel>
  );
};

type BalancesProps = {
  readonly points: readonly Point[];
  readonly holds: Holds | undefined;
  readonly currency: string;
};

const Balances = ({ points, holds, currency }: BalancesProps) => {
  const { times, balances, available } = useMemo(() => linesOf(points, holds), [points, holds]);
  const text = (value: number) => moneyText({ amount: String(value), currency });
  return (
    <Plot
      about="The balance, and what of it was available, over time"
      times={times}
      isStepped
      lines={[
        { label: 'Balance', values: balances, text },
        { label: 'Available', values: available, text },
      ]}
    />
  );
};

const linesOf = (points: readonly Point[], holds: Holds | undefined) => {
  const oldest = holds?.items.at(-1);
  const isAll = holds !== undefined && holds.nextCursor === undefined;
  const knownFrom = isAll ? 0 : oldest ? Date.parse(oldest.placedAt) + longestHoldMs : Infinity;
  const { times, ...lines } = availableOverTime(
    points.map(({ version, at, balance }) => ({ version, at: Date.parse(at), balance: Number(balance.amount) })),
    (holds?.items ?? []).map(({ placedAt, expiresAt, endedAt, amount }) => ({
      from: Date.parse(placedAt),
      until: Date.parse(endedAt ?? expiresAt),
      amount: Number(amount.amount),
    })),
    { now: Date.now(), knownFrom },
  );
  return { ...lines, times: times.map((ms) => ms / 1_000) };
};
