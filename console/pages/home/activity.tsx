import { useMemo } from 'preact/hooks';
import type { components } from '../../../client/api.ts';
import { api } from '../../api/client.ts';
import { useQuery } from '../../api/query.ts';
import { Answered, Panel } from '../../parts/panel.tsx';
import { Plot } from '../../parts/plot.tsx';
import { durationText } from '../../parts/texts.tsx';

type Second = components['schemas']['Second'];

const shownSeconds = 300;

/** What the instance that answers has done in the last five minutes. */
export const Activity = () => {
  const activity = useQuery((asking) => api.GET('/api/ops/activity', asking), []);
  return (
    <Panel title="The last five minutes" wide>
      <Answered of={activity.value}>{({ items }) => <Seconds items={items} />}</Answered>
    </Panel>
  );
};

const Seconds = ({ items }: { readonly items: readonly Second[] }) => {
  const plotted = useMemo(() => seriesOf(items, Math.floor(Date.now() / 1_000)), [items]);
  const recent = items.filter(({ at }) => Date.parse(at) >= Date.now() - 60_000);
  const sum = (of: (second: Second) => number) => recent.reduce((total, each) => total + of(each), 0);
  const slowest = (of: (second: Second) => number | undefined) =>
    recent.reduce<number | undefined>((worst, each) => {
      const value = of(each);
      return value === undefined ? worst : Math.max(worst ?? 0, value);
    }, undefined);
  const toView = slowest(({ viewMs }) => viewMs?.p99);
  const toAnswer = slowest(({ commandMs }) => commandMs?.p99);
  return (
    <>
      <dl class="figures">
        <div>
          <dt>Commands, last minute</dt>
          <dd>{sum(({ commands }) => commands).toLocaleString()}</dd>
        </div>
        <div>
          <dt>Events, last minute</dt>
          <dd>{sum(({ events }) => events).toLocaleString()}</dd>
        </div>
        <div>
          <dt>Refused</dt>
          <dd>{sum(({ refused }) => refused).toLocaleString()}</dd>
        </div>
        <div>
          <dt>Slowest answer</dt>
          <dd>{toAnswer === undefined ? '–' : durationText(toAnswer)}</dd>
        </div>
        <div>
          <dt>Slowest into a view</dt>
          <dd>{toView === undefined ? '–' : durationText(toView)}</dd>
        </div>
      </dl>
      <Plot
        about="Commands and events in each second of the last five minutes"
        times={plotted.times}
        height={170}
        lines={[
          { label: 'Events a second', values: plotted.events, text: (value) => value.toLocaleString() },
          { label: 'Commands a second', values: plotted.commands, text: (value) => value.toLocaleString() },
        ]}
      />
      <Plot
        about="How old events were when a view had folded them, in each second of the last five minutes"
        times={plotted.times}
        height={140}
        lines={[
          { label: 'Command to view, median', values: plotted.p50, text: durationText },
          { label: 'Slowest of a hundred', values: plotted.p99, text: durationText },
        ]}
      />
    </>
  );
};

/** Idle seconds are left out of the answer: nothing happened in them. */
const seriesOf = (items: readonly Second[], now: number) => {
  const bySecond = new Map(items.map((item) => [Math.floor(Date.parse(item.at) / 1_000), item]));
  const times = Array.from({ length: shownSeconds }, (_, index) => now - shownSeconds + index + 1);
  const seconds = times.map((time) => bySecond.get(time));
  return {
    times,
    events: seconds.map((second) => second?.events ?? 0),
    commands: seconds.map((second) => second?.commands ?? 0),
    p50: seconds.map((second) => second?.viewMs?.p50 ?? null),
    p99: seconds.map((second) => second?.viewMs?.p99 ?? null),
  };
};
