import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Scale } from './scales.ts';

type Line = {
  readonly label: string;
  readonly values: readonly (number | null)[];
};

type PlotProps = {
  /** What it shows, for those who do not see it. */
  readonly about: string;
  /** Seconds since the epoch, ascending. */
  readonly times: readonly number[];
  /** The first is drawn strongest, with the area below it. */
  readonly lines: readonly Line[];
  readonly scale: Scale;
  /** Whether values stay until the next one, as balances do. */
  readonly isStepped?: boolean;
  /** Whether each value is a point, as where there are few of them. */
  readonly isDotted?: boolean;
  /** A time that is marked, and the value of the first line then. */
  readonly mark?: number | undefined;
  readonly height?: number;
};

/** Values over time. It follows the width of its place and the scheme of colours. */
export const Plot = ({
  about,
  times,
  lines,
  scale,
  isStepped = false,
  isDotted = false,
  mark,
  height = 200,
}: PlotProps) => {
  const place = useRef<HTMLDivElement>(null);
  const shape = `${isStepped} ${isDotted} ${height} ${lines.map(({ label }) => label).join()}`;
  const plot = useRef<uPlot>(undefined);
  const data = [times, ...lines.map(({ values }) => values)] as uPlot.AlignedData;
  const latest = useRef({ data, mark });
  latest.current = { data, mark };

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const draw = () => {
      plot.current?.destroy();
      const options = optionsOf(element, { lines, scale, isStepped, isDotted, height });
      const colour = resolved(element, '--accent');
      const drawMark = (drawn: uPlot) => markAt(drawn, latest.current.mark, colour);
      plot.current = new uPlot({ ...options, hooks: { draw: [drawMark] } }, latest.current.data, element);
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
  useEffect(() => plot.current?.redraw(false), [mark]);

  return <div class="plot" ref={place} role="img" aria-label={about} />;
};

type Shape = Required<Pick<PlotProps, 'lines' | 'scale' | 'isStepped' | 'isDotted' | 'height'>>;

const optionsOf = (element: HTMLElement, { lines, scale, isStepped, isDotted, height }: Shape): uPlot.Options => {
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
    gap: 10,
    space: 88,
    grid: { show: false },
    incrs: secondsBetween,
    values: (plot, splits, _axis, _space, secondsApart) =>
      splits.map((time) => (isWithin(plot, time) ? timeText(time, secondsApart) : '')),
  };
  const values: uPlot.Axis = {
    ...axis,
    gap: 8,
    space: 32,
    size: widthOf,
    incrs: [...scale.steps],
    values: (_plot, splits) => splits.map(scale.onAxis),
  };
  return {
    width: element.clientWidth,
    height,
    padding: [8, 4, 0, 0],
    cursor: { y: false, points: { size: 6 } },
    legend: { live: true, markers: { width: 0, fill: (_plot, index) => strokes[index - 1] ?? colour('--muted') } },
    scales: { y: { range: rangeOf } },
    axes: [times, values],
    series: [
      { value: (_plot, time: number | null) => (time === null ? '' : timeText(time, 1)) },
      ...lines.map(({ label }, index): uPlot.Series => ({
        label,
        stroke: strokes[index] ?? colour('--muted'),
        width: index === 0 ? 2 : 1.5,
        ...(index === 0 && { fill: colour('--accent-wash') }),
        ...(paths && { paths }),
        points: { show: isDotted, size: 4 },
        value: (_plot, value: number | null) => (value === null ? '' : scale.text(value)),
      })),
    ],
  };
};

/** From zero, and never so narrow that what is idle looks busy. */
const rangeOf = (_plot: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax =>
  uPlot.rangeNum(Math.min(0, least ?? 0), Math.max(10, most ?? 0), 0.1, true);

/** A second at least, so that no two labels are the same. */
const secondsBetween = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 4, 8, 12].map((hours) => hours * 3_600),
  ...[1, 2, 3, 7, 14, 30, 60, 90, 180, 365, 730, 1_825, 3_650].map((days) => days * 86_400),
];

/** Half of a label of a time. */
const halfWidth = 30;

/** Whether a label at that time has its place: a canvas cuts what lies beyond. */
const isWithin = (plot: uPlot, time: number): boolean => {
  const at = plot.valToPos(time, 'x');
  return at <= plot.bbox.width / devicePixelRatio - halfWidth + 4;
};

/** As wide as its labels. */
const widthOf = (plot: uPlot, texts: readonly string[] | null, index: number): number => {
  const { gap = 0, font } = plot.axes[index] ?? {};
  plot.ctx.font = String(Array.isArray(font) ? font[0] : font);
  const widths = (texts ?? []).map((text) => plot.ctx.measureText(text).width / devicePixelRatio);
  return Math.ceil(Math.max(0, ...widths) + gap);
};

/** A line at a time, and a point where the first line of the plot is then. */
const markAt = (plot: uPlot, time: number | undefined, colour: string): void => {
  if (time === undefined) return;
  const { ctx, bbox } = plot;
  const [times, values = []] = plot.data;
  const value = values[times.findLastIndex((each) => each <= time)];
  const x = Math.min(bbox.left + bbox.width, plot.valToPos(time, 'x', true));
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  if (typeof value === 'number') {
    ctx.beginPath();
    ctx.arc(x, plot.valToPos(value, 'y', true), 5 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
};

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
