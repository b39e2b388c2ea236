import { useActivity } from '../../parts/activity.ts';
import { FoldTimesPlot } from '../../parts/foldTimesPlot.tsx';
import { Answered, Panel } from '../../parts/panel.tsx';

/** Lag as readers feel it: from a command to the views that show it. */
export const FoldTimes = () => {
  const { asked, seconds } = useActivity();
  return (
    <Panel title="From a command to the views, in the last five minutes" wide>
      <Answered of={asked}>{({ items }) => <FoldTimesPlot of={seconds(items)} height={160} />}</Answered>
    </Panel>
  );
};
