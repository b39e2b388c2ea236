import { useActivity } from '../../parts/activity.ts';
import { Figure } from '../../parts/figure.tsx';
import { FoldTimesPlot } from '../../parts/foldTimesPlot.tsx';
import { Answered, Panel } from '../../parts/panel.tsx';
import { Plot } from '../../parts/plot.tsx';
import { counts } from '../../parts/scales.ts';
import { highestOf, sumOf, type Seconds } from '../../parts/seconds.ts';
import { durationText } from '../../parts/texts.tsx';

/** What the instance that answers has done in the last five minutes. */
export const Activity = () => {
  const { asked, seconds } = useActivity();
  return (
    <Panel title="The last five minutes">
      <Answered of={asked}>{({ items }) => <Shown of={seconds(items)} />}</Answered>
    </Panel>
  );
};

const plotHeight = 170;

const Shown = ({ of }: { readonly of: Seconds }) => {
  const { times, commands, events } = of;
  return (
    <>
      <dl class="figures">
        {figuresOf(of).map(([title, text]) => (
          <Figure key={title} title={title}>
            {text}
          </Figure>
        ))}
      </dl>
      <div class="grid plots">
        <div class="stack">
          <h3>Events and commands a second</h3>
          <Plot
            about="Commands and events in each second of the last five minutes"
            times={times}
            height={plotHeight}
            scale={counts}
            lines={[
              { label: 'Events', values: events },
              { label: 'Commands', values: commands },
            ]}
          />
        </div>
        <div class="stack">
          <h3>From a command to the views</h3>
          <FoldTimesPlot of={of} height={plotHeight} />
        </div>
      </div>
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
