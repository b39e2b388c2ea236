import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

type Line = {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly text: (value: number) => string;
};

type PlotProps = {
  /** What it shows, for those who do not see it. */
  readonly about: string;
  /** Seconds since the epoch, ascending. */
  readonly times: readonly number[];
  /** The first is drawn strongest, with the area below it. */
  readonly lines: readonly Line[];
  /** Whether values stay until the next one, as balances do. */
  readonly isStepped?: boolean;
  /** Whether each value is a point, as where there are few of them. */
  readonly isDotted?: boolean;
  readonly height?: number;
};

/** Values over time. It follows the width of its place and the scheme of colours. */
export const Plot = ({ about, times, lines, isStepped = false, isDotted = false, height = 200 }: PlotProps) => {
  const place = useRef<HTMLDivElement>(null);
  const shape = `${isStepped} ${isDotted} ${height} ${lines.map(({ label }) => label).join()}`;
  const plot = useRef<uPlot>(undefined);
  const data = [times, ...lines.map(({ values }) => values)] as uPlot.AlignedData;
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsOf(element, { lines, isStepped, isDotted, height }), latest.current, element);
    };
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const width = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    draw();
    dark.addEventListener('change', draw);
    width.observe(element);
    return () => {
      dark.removeEventListener('change', draw);
      width.disconnect();
      plot.current?.destroy();
    };
  }, [shape]);
  useEffect(() => plot.current?.setData(data), [data]);

  return <div class="plot" ref={place} role="img" aria-label={about} />;
};

type Shape = Required<Pick<PlotProps, 'lines' | 'isStepped' | 'isDotted' | 'height'>>;

const optionsOf = (element: HTMLElement, { lines, isStepped, isDotted, height }: Shape): uPlot.Options => {
  const colour = (name: string) => resolved(element, name);
  const strokes = ['--accent', '--muted'].map(colour);
  const paths = isStepped ? uPlot.paths.stepped?.({ align: 1 }) : uPlot.paths.linear?.();
  const axis: uPlot.Axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  const times: uPlot.Axis = {
    ...axis,
    size: 28,
    values: (_plot, splits, _axis, _space, secondsApart) => splits.map((time) => timeText(time, secondsApart)),
  };
  const [first] = lines;
  return {
    width: element.clientWidth,
    height,
    padding: [8, 4, 0, 0],
    cursor: { y: false, points: { size: 6 } },
    legend: { live: true },
    scales: { y: { range: rangeOf } },
    axes: [
      times,
      { ...axis, size: 72, values: (_plot, splits) => splits.map((value) => first?.text(value) ?? String(value)) },
    ],
    series: [
      { value: (_plot, time: number | null) => (time === null ? '–' : timeText(time, 1)) },
      ...lines.map(({ label, text }, index): uPlot.Series => ({
        label,
        stroke: strokes[index] ?? colour('--muted'),
        width: index === 0 ? 2 : 1.5,
        ...(index === 0 && { fill: colour('--accent-wash') }),
        ...(paths && { paths }),
        points: { show: isDotted, size: 4 },
        value: (_plot, value: number | null) => (value === null ? '–' : text(value)),
      })),
    ],
  };
};

/** From zero, and never so narrow that what is idle looks busy. */
const rangeOf = (_plot: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax =>
  uPlot.rangeNum(Math.min(0, least ?? 0), Math.max(10, most ?? 0), 0.1, true);

const days = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const minutes = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const seconds = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** As exact as the distance of the times that stand beside each other asks for. */
const timeText = (time: number, secondsApart: number): string => {
  const format = secondsApart >= 86_400 ? days : secondsApart >= 60 ? minutes : seconds;
  return format.format(new Date(time * 1_000));
};

/** A canvas knows no variables, and no `light-dark()`. */
const resolved = (element: HTMLElement, name: string): string => {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};
