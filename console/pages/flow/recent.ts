import type { Moved } from '../../api/subjects.ts';

/** What the feed has told, and from where on it tells more. */
export type Told = { readonly moved: readonly Moved[]; readonly next: string };

/** What the feed brought, or the app's refusal. */
type Read = { readonly data?: Told | undefined; readonly error?: unknown; readonly response: Response };

export type Command = { readonly correlationId: string; readonly first: Moved; readonly count: number };

/** The commands of events that may come twice, in any order; the newest first. */
export const commandsOf = (moved: readonly Moved[]): readonly Command[] => {
  const byId = new Map(moved.map((each) => [each.id, each]));
  const groups = Map.groupBy(byId.values(), ({ correlationId }) => correlationId);
  return [...groups]
    .flatMap(([correlationId, own]) => {
      const [first] = own.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
      return first ? [{ correlationId, first, count: own.length }] : [];
    })
    .sort((one, other) => Date.parse(other.first.at) - Date.parse(one.first.at));
};

const keptMs = 600_000;
/** How far back it is read, so that a busy bank is not asked for thousands of commands to show a few. */
const stepsMs = [10_000, 100_000, keptMs];

/** Whether the app still keeps the flow of an event. Older ones may be stored now, too, as by an import. */
export const isRecent = ({ at }: Moved): boolean => Date.parse(at) >= Date.now() - keptMs;

/**
 * The events of the last seconds; of the last ten minutes only where those had fewer commands than are wanted. `readSince` reads the feed
 * from an instant on, and may stop before it is at the end.
 */
export const readBack = async (
  readSince: (since: string) => Promise<Read>,
  wanted: number,
  [ms = keptMs, ...further]: readonly number[] = stepsMs,
): Promise<Read> => {
  const near = await readSince(new Date(Date.now() - ms).toISOString());
  // The app refuses what lies in its future, which this may be where the clock of the browser is ahead.
  const isEnough = near.data ? commandsOf(near.data.moved).length >= wanted : near.response.status !== 400;
  if (isEnough || further.length === 0) return near;
  const far = await readBack(readSince, wanted, further);
  return after(near.data, far);
};

/** What is read from there on comes to what is known; what is older than the pages show is forgotten. */
export const readOn = async (known: Told, read: (from: string) => Promise<Read>): Promise<Read> =>
  after(known, await read(known.next));

const after = (known: Told | undefined, { data, ...read }: Read): Read => ({
  ...read,
  ...(data && { data: { ...data, moved: [...(known?.moved ?? []), ...data.moved].filter(isRecent) } }),
});
