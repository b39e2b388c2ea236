import { badRequest, CosmosError } from '../errors.ts';

/** A physical partition: it holds the items whose effective partition keys lie in its range. */
export type Partition = {
  readonly id: string;
  /** The range: from `min`, which is part of it, to `max`, which is not. */
  readonly min: string;
  readonly max: string;
  /** The ids of the partitions whose splits have led to this one, the oldest first. */
  readonly parents: readonly string[];
  /** The partition's own LSNs are those of the container plus this; so nobody can compare LSNs of two partitions. */
  readonly lsnOffset: number;
};

/** The physical partitions of a container. */
export type Layout = {
  /** They cover the whole space of effective partition keys, in its order. */
  readonly partitions: readonly Partition[];
  /** The partitions that have been split. */
  readonly gone: readonly Partition[];
};

/** Effective partition keys are hashes whose two highest bits are zero. */
const spaceSize = 1n << 126n;
const lsnOffsetStep = 1_000_000;

const toBoundary = (at: bigint): string => {
  if (at === 0n) return '';
  return at === spaceSize ? 'FF' : at.toString(16).toUpperCase().padStart(32, '0');
};

const fromBoundary = (boundary: string): bigint => {
  if (boundary === '') return 0n;
  return boundary === 'FF' ? spaceSize : BigInt(`0x${boundary}`);
};

/** Divides the space evenly. */
export const createLayout = (count: number): Layout => ({
  partitions: Array.from({ length: count }, (_, at) => ({
    id: String(at),
    min: toBoundary((spaceSize * BigInt(at)) / BigInt(count)),
    max: toBoundary((spaceSize * BigInt(at + 1)) / BigInt(count)),
    parents: [],
    lsnOffset: at * lsnOffsetStep,
  })),
  gone: [],
});

/** The partition that holds an effective partition key. */
export const partitionAt = ({ partitions }: Layout, position: string): Partition => {
  const found = partitions.find(({ min, max }) => position >= min && position < max);
  if (found === undefined) throw new Error(`No partition holds ${position}.`);
  return found;
};

/** Throws 410 for a partition that has been split or never existed: clients then ask for the ranges again. */
export const partitionWithId = ({ partitions }: Layout, id: string): Partition => {
  const found = partitions.find((partition) => partition.id === id);
  if (found === undefined) {
    throw new CosmosError(410, `The partition key range '${id}' is gone.`, { substatus: 1002 });
  }
  return found;
};

/** Replaces a partition by two children, each with one half of its range and with its LSNs. */
export const splitPartition = (layout: Layout, id: string): Layout => {
  const parent = partitionWithId(layout, id);
  const middle = toBoundary((fromBoundary(parent.min) + fromBoundary(parent.max)) / 2n);
  if (middle === parent.min) throw badRequest(`The partition key range '${id}' cannot be split any further.`);
  const nextId = layout.partitions.length + layout.gone.length;
  const parents = [...parent.parents, id];
  const children = [
    { ...parent, id: String(nextId), parents, max: middle },
    { ...parent, id: String(nextId + 1), parents, min: middle },
  ];
  return {
    partitions: layout.partitions.flatMap((partition) => (partition === parent ? children : [partition])),
    gone: [...layout.gone, parent],
  };
};
