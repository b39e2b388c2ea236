import { type Container, CosmosClient } from '@azure/cosmos';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createLayout, partitionAt } from '../../../../local/cosmos/partitions/layout.ts';
import { positionOf } from '../../../../local/cosmos/partitions/positions.ts';
import { startCosmos } from '../../../../local/cosmos/server.ts';
import { type Faults, faultsAt } from '../../../../local/faults/client.ts';
import type { RunningService } from '../../../../local/service/runningService.ts';

export type Item = { id: string; owner: string; n: number };

export type Partitioned = {
  readonly service: RunningService;
  readonly faults: Faults;
  /** A client that knows the ranges of no container. */
  readonly client: CosmosClient;
  /** A new container for each test. */
  readonly container: Container;
};

const layout = createLayout(3);

/** The range that holds an owner, in a container of three ranges that was never split. */
export const rangeOf = (owner: string): string => partitionAt(layout, positionOf(JSON.stringify([owner]))).id;

/** The given number of owners in each of three ranges, in turns. */
export const ownersInTurns = (each: number): string[] => {
  const owners: Record<string, string[]> = { 0: [], 1: [], 2: [] };
  for (let at = 0; Object.values(owners).some(({ length }) => length < each); at++) {
    const owner = `owner-${at}`;
    owners[rangeOf(owner)]?.push(owner);
  }
  return Array.from({ length: each }, (_, at) => Object.values(owners).flatMap((found) => found[at] ?? [])).flat();
};

/** One item for each owner. */
export const itemsOf = (owners: readonly string[], prefix = 'item'): Item[] =>
  owners.map((owner, n) => ({ id: `${prefix}-${n}`, owner, n }));

export const creates = (items: readonly Item[]) =>
  items.map((item) => ({
    operationType: 'Create' as const,
    partitionKey: item.owner,
    resourceBody: { ...item },
  }));

/** The call that sends one request for each range. */
export const bulk = (container: Container, operations: ReturnType<typeof creates>) =>
  // The method that replaces it waits a second for each call.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  container.items.bulk(operations);

/** A Cosmos DB of three ranges for the tests of the calling file. */
export const partitioned = (partitions = 3): Partitioned => {
  const state: { service?: RunningService; client?: CosmosClient; container?: Container; count: number } = { count: 0 };
  const get = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('Not started yet.');
    return value;
  };
  beforeAll(async () => {
    state.service = await startCosmos({ port: 0, partitions });
  });
  afterAll(() => state.service?.close());
  beforeEach(async () => {
    state.client = new CosmosClient(get(state.service).connectionString);
    const { database } = await state.client.databases.createIfNotExists({ id: 'bank' });
    const definition = { id: `things-${++state.count}`, partitionKey: { paths: ['/owner'] } };
    ({ container: state.container } = await database.containers.create(definition));
  });
  afterEach(async () => {
    state.client?.dispose();
    await faultsAt(get(state.service).port).clear();
  });
  return {
    get service() {
      return get(state.service);
    },
    get faults() {
      return faultsAt(get(state.service).port);
    },
    get client() {
      return get(state.client);
    },
    get container() {
      return get(state.container);
    },
  };
};
