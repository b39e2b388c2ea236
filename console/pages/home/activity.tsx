import { useActivity } from '../../parts/activity.ts';
import { FoldTimesPlot } from '../../parts/foldTimesPlot.tsx';
import { Answered, Panel } from '../../parts/panel.tsx';
import { Plot } from '../../parts/plot.tsx';
import { highestOf, sumOf, type Seconds } from '../../parts/seconds.ts';
import { durationText } from '../../parts/texts.tsx';

/** What the instance that answers has done in the last five minutes. */
export const Activity = () => {
  const { asked, seconds } = useActivity();
  return (
    <Panel title="The last five minutes" wide>
      <Answered of={asked}>{({ items }) => <Shown of={seconds(items)} />}</Answered>
    </Panel>
  );
};

const Shown = ({ of }: { readonly of: Seconds }) => {
  const { times, commands, events } = of;
  return (
    <>
      <dl class="figures">
        {figuresOf(of).map(([title, text]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <Plot
        about="Commands and events in each second of the last five minutes"
        times={times}
        height={170}
        lines={[
          { label: 'Events a second', values: events, text: (value) => value.toLocaleString() },
          { label: 'Commands a second', values: commands, text: (value) => value.toLocaleString() },
        ]}
      />
      <FoldTimesPlot of={of} height={140} />
    </>
  );
};

const lastMinute = -60;

const figuresOf = (of: Seconds): readonly (readonly [string, string])[] => {
  const sum = (values: readonly number[]) => sumOf(values.slice(lastMinute)).toLocaleString();
  const slowest = (values: readonly (number | null)[]) => {
    const ms = highestOf(values.slice(lastMinute));
    return ms === undefined ? '–' : durationText(ms);
  };
  return [
    ['Commands, last minute', sum(of.commands)],
    ['Events, last minute', sum(of.events)],
    ['Refused', sum(of.refused)],
    ['Slowest answer', slowest(of.answered)],
    ['Slowest into a view', slowest(of.foldedSlowest)],
  ];
};
