import type { PartitionKey } from '../definitions/partitionKey.ts';
import { positionOf } from './positions.ts';

/** The items of a container that a request is about. */
export type Scope = {
  /** A whole partition key, or the first components of a hierarchical one; undefined for all keys. */
  readonly partitionKey: PartitionKey | undefined;
  /** A part of the space of effective partition keys; undefined for all of it. */
  readonly range: KeyRange | undefined;
};

/** From one effective partition key, which is part of the range, to another, which is not. */
export type KeyRange = { readonly from: string; readonly to: string };

/** The part that both ranges share. */
export const intersect = (left: KeyRange | undefined, right: KeyRange | undefined): KeyRange | undefined => {
  if (left === undefined || right === undefined) return left ?? right;
  return {
    from: left.from > right.from ? left.from : right.from,
    to: left.to < right.to ? left.to : right.to,
  };
};

/** Whether the text of a partition key lies in the range of a scope; undefined if the scope has no range. */
export const rangeFilter = ({ range }: Scope): ((partitionKeyText: string) => boolean) | undefined => {
  if (range === undefined || (range.from === '' && range.to === 'FF')) return undefined;
  return (partitionKeyText) => {
    const position = positionOf(partitionKeyText);
    return position >= range.from && position < range.to;
  };
};
