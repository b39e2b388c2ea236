import type { Seconds } from './seconds.ts';
import { Plot } from './plot.tsx';
import { durations } from './scales.ts';

type FoldTimesPlotProps = { readonly of: Pick<Seconds, 'times' | 'folded' | 'foldedSlowest'>; readonly height: number };

/** How long events took into the views. */
export const FoldTimesPlot = ({ of: { times, folded, foldedSlowest }, height }: FoldTimesPlotProps) => (
  <Plot
    about="How old events were when a view had folded them, in each second of the last five minutes"
    times={times}
    height={height}
    isDotted
    scale={durations}
    lines={[
      { label: 'Median', values: folded },
      { label: 'Slowest of a hundred', values: foldedSlowest },
    ]}
  />
);
