import { useActivity } from '../../parts/activity.ts';
import { FoldTimesPlot } from '../../parts/foldTimesPlot.tsx';
import { Answered, Panel } from '../../parts/panel.tsx';

/** Lag as readers feel it: from a command to the views that show it. */
export const FoldTimes = () => {
  const { asked, seconds } = useActivity();
  return (
    <Panel title="From a command to the views">
      <p class="muted small">How old events were when a view had them, in the last five minutes.</p>
      <Answered of={asked}>{({ items }) => <FoldTimesPlot of={seconds(items)} height={180} />}</Answered>
    </Panel>
  );
};
