import { z } from 'zod';
import { instant } from '../../eventSourcing/commit.ts';
import { keptIn, type Checkpoints } from '../checkpoints.ts';
import { present, type Clock } from '../clock.ts';
import type { Log } from '../log.ts';

/** Something that breaks an invariant; `key` is how to find it again. */
export type Breach = { readonly key: string; readonly detail: string };

/** A rule that stored data always meets, unless the app has a bug or somebody changed the data. */
export type Invariant = {
  readonly name: string;
  /** Looks at a bounded number of further things, after those that it looked at before; at the end it begins anew. */
  readonly look: (from: string | undefined) => Promise<{
    readonly breaches: readonly Breach[];
    readonly next: string | undefined;
    /** How far it has looked, where that is not everything. */
    readonly progress?: string;
  }>;
  /** Looks again at what broke it: undefined once that is mended. */
  readonly lookAgain: (key: string) => Promise<Breach | undefined>;
};

export type InvariantStatus = {
  readonly name: string;
  readonly holds: boolean;
  readonly checkedAt: string;
  readonly detail?: string;
};

/** So long after a pass another instance does not begin the next. */
const restMs = 25_000;
/** A pass looks again at as many breaches; of more, it finds the others as their turn comes. */
const maximumBreaches = 50;
const shownBreaches = 3;

const kept = z.object({
  checkedAt: instant,
  breaches: z.array(z.object({ key: z.string(), detail: z.string() })),
  next: z.string().optional(),
  progress: z.string().optional(),
});

const checkpointOf = (name: string): string => `invariant-${name}`;

type Options = {
  readonly invariants: readonly Invariant[];
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears how many breaches of each invariant are known after a pass. */
  readonly onChecked: (name: string, breaches: number) => void;
};

/**
 * Checks each invariant by one bounded pass, and records what it found. What broke it stays known until a pass finds it mended: an
 * invariant holds again only then. Never throws; where a service is away, the record stays as it is, with the time of its pass.
 */
export const checkInvariants = async (options: Options): Promise<void> => {
  for (const invariant of options.invariants) {
    try {
      await check(invariant, options);
    } catch (error) {
      options.log('warn', `The invariant ${invariant.name} is not checked: ${String(error)}`);
    }
  }
};

const check = async (
  { name, look, lookAgain }: Invariant,
  { checkpoints, clock, log, onChecked }: Options,
): Promise<void> => {
  const checkpoint = await checkpoints.load(checkpointOf(name));
  const before = keptIn(kept, checkpoint);
  if (before && Math.abs(clock.now() - Date.parse(before.checkedAt)) < restMs) return;
  const byKey = new Map<string, Breach>();
  for (const { key } of before?.breaches ?? []) {
    const breach = await lookAgain(key);
    if (breach) byKey.set(key, breach);
  }
  const { breaches: found, next, progress } = await look(before?.next);
  for (const breach of found) byKey.set(breach.key, breach);
  const breaches = [...byKey.values()].slice(0, maximumBreaches);
  const position = JSON.stringify({ checkedAt: present(clock), breaches, next, progress });
  // Another instance's pass is as good.
  if ((await checkpoints.save(checkpointOf(name), position, checkpoint?.etag)) === 'conflict') return;
  for (const { detail } of found) log('error', `The invariant ${name} is broken: ${detail}`);
  onChecked(name, breaches.length);
};

/** How the invariants stood after their last passes; those without a pass are left out. */
export const listInvariants = async ({
  invariants,
  checkpoints,
}: Pick<Options, 'invariants' | 'checkpoints'>): Promise<readonly InvariantStatus[]> => {
  const found = await Promise.all(
    invariants.map(async ({ name }) => ({ name, kept: keptIn(kept, await checkpoints.load(checkpointOf(name))) })),
  );
  return found.flatMap(({ name, kept: own }) => (own ? [statusOf(name, own)] : []));
};

const statusOf = (name: string, { checkedAt, breaches, progress }: z.infer<typeof kept>): InvariantStatus => {
  const shown = breaches.slice(0, shownBreaches).map(({ detail }) => detail);
  const others = breaches.length - shown.length;
  const details = [
    ...shown,
    ...(others > 0 ? [`and ${others} more`] : []),
    ...(progress === undefined ? [] : [progress]),
  ];
  const holds = breaches.length === 0;
  return { name, holds, checkedAt, ...(details.length > 0 && { detail: details.join('; ') }) };
};
