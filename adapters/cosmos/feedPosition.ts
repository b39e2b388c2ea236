import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';

/** Callers send a position in the request line. */
const longestText = 4_000;
const longestJson = 64_000;

/** A part of the space of effective partition keys, up to `max`, and the LSN up to which it is read. */
export type ReadRange = { readonly min: string; readonly max: string; readonly lsn: number };
/** `rid` names the container. The ranges cover the whole space; the next look begins with the first of them. */
export type FeedPosition = { readonly rid: string; readonly ranges: readonly ReadRange[] };

const first = '';
const last = 'FF';
/** Cosmos DB takes no more digits. */
const lsn = z.int().min(0).max(999_999_999_999_999);

/** Each range by its upper bound: its lower one is the upper bound of the range before it. */
const stored = z.tuple([z.string().max(64), z.array(z.tuple([z.string().regex(/^[0-9A-F]{1,64}$/), lsn])).min(1)]);

/** The SDK's own continuation token, of which it leaves out what was not read yet. */
const sdkToken = z.object({
  rid: z.string(),
  Continuation: z.array(
    z.object({
      minInclusive: z.string(),
      maxExclusive: z.string(),
      continuationToken: z
        .string()
        .regex(/^(?:"\d+")?$/)
        .default(''),
    }),
  ),
});

/** A position in the SDK's form. A range whose LSN is 0 was not read yet. */
export const positionOfToken = (token: string): FeedPosition => {
  const { rid, Continuation } = sdkToken.parse(JSON.parse(token));
  const ranges = Continuation.map(({ minInclusive: min, maxExclusive: max, continuationToken }) => ({
    ...{ min, max },
    lsn: Number(continuationToken.replaceAll('"', '')),
  }));
  return { rid, ranges };
};

export const tokenOfPosition = ({ rid, ranges }: FeedPosition): string =>
  JSON.stringify({
    rid,
    Continuation: ranges.map(({ min, max, lsn: read }) => ({
      ...{ minInclusive: min, maxExclusive: max },
      continuationToken: read === 0 ? '' : `"${read}"`,
    })),
  });

/**
 * Whether the SDK learnt of a split between two pages of its feed, which it does at the first page, too: it may answer with an empty page
 * then, and leave commits of the new ranges for the page after that.
 */
export const isSplitBetween = (before: FeedPosition | undefined, after: FeedPosition): boolean =>
  before === undefined || boundsOf(before) !== boundsOf(after);

const boundsOf = ({ ranges }: FeedPosition): string =>
  ranges
    .map(({ min, max }) => `${min}-${max}`)
    .toSorted()
    .join();

/** From the first range on in the order of the space, and from its end again at its beginning. */
const inOrder = (ranges: readonly ReadRange[]): readonly ReadRange[] => {
  const sorted = ranges.toSorted((one, other) => (one.min < other.min ? -1 : 1));
  const head = sorted.findIndex(({ min }) => min === ranges[0]?.min);
  return [...sorted.slice(head), ...sorted.slice(0, head)];
};

/** Neighbours that are read up to the same LSN are one range: whoever goes on from it reads all partitions there from that LSN. */
const isWithNext = ({ max, lsn: read }: ReadRange, next: ReadRange | undefined) =>
  max === next?.min && read === next.lsn;

export const writePosition = ({ rid, ranges }: FeedPosition): string => {
  const ordered = inOrder(ranges);
  const bounds = ordered.filter((range, at) => !isWithNext(range, ordered[at + 1]));
  const json = JSON.stringify([rid, bounds.map(({ max, lsn: read }) => [max, read])]);
  const text = deflateRawSync(json).toString('base64url');
  if (text.length > longestText) throw new Error(`A position of ${bounds.length} ranges is too long`);
  return text;
};

/** Undefined for what is no position. */
export const readPosition = (text: string): FeedPosition | undefined => {
  const [rid, bounds] = stored.safeParse(inflated(text)).data ?? [];
  if (rid === undefined || bounds === undefined) return undefined;
  const ranges = bounds.map(([max, read], at) => {
    const [before = last] = bounds.at(at - 1) ?? [];
    return { min: before === last ? first : before, max, lsn: read };
  });
  const isWhole = ranges.filter(({ max }) => max === last).length === 1 && ranges.every(({ min, max }) => min < max);
  return isWhole ? { rid, ranges } : undefined;
};

const inflated = (text: string): unknown => {
  if (text.length > longestText || !/^[\w-]+$/.test(text)) return undefined;
  try {
    return JSON.parse(inflateRawSync(Buffer.from(text, 'base64url'), { maxOutputLength: longestJson }).toString());
  } catch {
    // A text that this cannot inflate or parse is no position.
    return undefined;
  }
};
