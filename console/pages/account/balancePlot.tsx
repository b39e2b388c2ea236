import type { ReadonlySignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { components } from '../../../client/api.ts';
import { api } from '../../api/client.ts';
import { seenOf } from '../../api/positions.ts';
import { useQuery } from '../../api/query.ts';
import { Answered, Panel } from '../../parts/panel.tsx';
import { Plot } from '../../parts/plot.tsx';
import { amountsIn } from '../../parts/scales.ts';
import { countText } from '../../parts/texts.tsx';
import type { Account, Hold } from './account.ts';
import { availableOverTime } from './available.ts';

type Point = components['schemas']['BalancePoint'];
type Holds = { readonly items: readonly Hold[]; readonly nextCursor?: string };

/** No hold lasts longer. */
const longestHoldMs = 31 * 86_400_000;

type BalancePlotProps = {
  readonly account: Account;
  /** When the version began that somebody looks at. */
  readonly shownAt: ReadonlySignal<string | undefined>;
};

/**
 * Balance and available over time. The points are evenly spread over the account's versions, however many there are: both lines have
 * these alone. Where there are more holds than one page has, the line of what was available begins later.
 */
export const BalancePlot = ({ account: { id, currency, version }, shownAt }: BalancePlotProps) => {
  const of = [`account ${id}` as const];
  const balances = useQuery(
    (asking) =>
      api.GET('/api/accounts/{id}/balances', {
        params: { path: { id }, query: { points: 100, ...seenOf(id) } },
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
    <Panel title="Balance over time" aside={<span class="muted small">{countText(version, 'version')}</span>}>
      <Answered of={balances.value}>
        {({ items }) => (
          <Balances points={items} holds={holds.value.data} currency={currency} shownAt={shownAt.value} />
        )}
      </Answered>
    </Panel>
  );
};

type BalancesProps = {
  readonly points: readonly Point[];
  readonly holds: Holds | undefined;
  readonly currency: string;
  readonly shownAt: string | undefined;
};

const Balances = ({ points, holds, currency, shownAt }: BalancesProps) => {
  const { times, balances, available } = useMemo(() => linesOf(points, holds), [points, holds]);
  const scale = useMemo(() => amountsIn(currency), [currency]);
  return (
    <Plot
      about="The balance, and what of it was available, over time"
      times={times}
      isStepped
      height={230}
      scale={scale}
      mark={shownAt === undefined ? undefined : Date.parse(shownAt) / 1_000}
      lines={[
        { label: 'Balance', values: balances },
        { label: 'Available', values: available },
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
