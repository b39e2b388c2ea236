import { instantOf, type Clock } from '../clock.ts';

export const keptSeconds = 600;

/** Older events come again, by a replay, a restore, an import: how old they are says nothing of how fast the views are. */
const oldestNewsMs = 3_600_000;

/** Of what took some milliseconds: as long, or less, took half of it, and 99 of 100. */
type Quantiles = { readonly p50: number; readonly p99: number };

/** What this instance did in one second. */
export type Second = {
  /** Its beginning. */
  readonly at: string;
  readonly commands: number;
  /** Those of the commands that were not carried out. */
  readonly refused: number;
  readonly events: number;
  /** How long the commands took; absent where there was none. */
  readonly commandMs?: Quantiles;
  /** How old events of the last hour were when a view had folded them; absent where there was none. */
  readonly viewMs?: Quantiles;
};

type Tally = {
  readonly second: number;
  commands: number;
  refused: number;
  events: number;
  readonly commandMs: number[];
  readonly viewMs: number[];
};

export type Seconds = {
  readonly command: (ms: number, isRefused: boolean) => void;
  readonly events: (count: number) => void;
  readonly folded: (ms: number) => void;
  /** Of the last ten minutes, those seconds in which there was something to do, the oldest first. */
  readonly list: () => readonly Second[];
};

/** Counts by the second. It keeps the times of the present second alone; of those that are over, what they come to. */
export const createSeconds = (clock: Clock): Seconds => {
  let over: Second[] = [];
  let present: Tally | undefined;

  const isKept = ({ at }: Second): boolean => Math.abs(clock.now() - Date.parse(at)) <= keptSeconds * 1_000;

  const tally = (): Tally => {
    const second = Math.floor(clock.now() / 1_000);
    if (present?.second === second) return present;
    if (present) over.push(summaryOf(present));
    if (over.length > keptSeconds) over = over.filter(isKept).slice(-keptSeconds);
    present = { second, commands: 0, refused: 0, events: 0, commandMs: [], viewMs: [] };
    return present;
  };

  return {
    command(ms, isRefused) {
      const now = tally();
      now.commands += 1;
      if (isRefused) now.refused += 1;
      now.commandMs.push(ms);
    },
    events(count) {
      tally().events += count;
    },
    folded(ms) {
      if (ms <= oldestNewsMs) tally().viewMs.push(ms);
    },
    list: () => [...over, ...(present ? [summaryOf(present)] : [])].filter(isKept),
  };
};

const summaryOf = ({ second, commands, refused, events, commandMs, viewMs }: Tally): Second => ({
  at: instantOf(second * 1_000),
  ...{ commands, refused, events },
  ...(commandMs.length > 0 && { commandMs: quantilesOf(commandMs) }),
  ...(viewMs.length > 0 && { viewMs: quantilesOf(viewMs) }),
});

const quantilesOf = (times: readonly number[]): Quantiles => {
  const ascending = times.toSorted((a, b) => a - b);
  const within = (share: number) => {
    const ms = ascending[Math.ceil(share * ascending.length) - 1] ?? 0;
    return Math.round(ms * 10) / 10;
  };
  return { p50: within(0.5), p99: within(0.99) };
};
