import type { Container } from '../definitions/container.ts';
import type { JsonObject } from '../json.ts';
import type { Partition } from '../partitions/layout.ts';

/** The bodies of a container's partition key ranges, by which clients route bulk requests, queries and change feeds. */
export const partitionKeyRanges = (container: Container): JsonObject[] =>
  container.layout.partitions.map((partition) => partitionKeyRange(container, partition));

const partitionKeyRange = ({ resource, rid, self, lsn, layout }: Container, partition: Partition): JsonObject => ({
  _rid: rid,
  id: partition.id,
  _etag: `"${partition.id}"`,
  minInclusive: partition.min,
  maxExclusive: partition.max,
  ridPrefix: Number(partition.id),
  _self: `${self}pkranges/${partition.id}/`,
  throughputFraction: 1 / layout.partitions.length,
  status: 'online',
  parents: [...partition.parents],
  _ts: resource._ts ?? 0,
  lsn: lsn + partition.lsnOffset,
});

/** The etag of all ranges; it changes with each split. */
export const rangesEtag = ({ layout }: Container): string => `"${layout.gone.length}"`;
