import type { Container } from '../definitions/container.ts';
import { badRequest } from '../errors.ts';
import type { Layout, Partition } from '../partitions/layout.ts';
import { type CosmosRequest, header } from './http.ts';

/** From the strongest to the weakest. */
const levels = ['Strong', 'BoundedStaleness', 'Session', 'ConsistentPrefix', 'Eventual'];

/** The level of the account; a request may ask for a weaker one. */
export const defaultConsistency = 'BoundedStaleness';

/** The consistency level of a request; throws 400 for one that is stronger than the account's. */
export const consistencyOf = (request: CosmosRequest): string => {
  const level = header(request, 'x-ms-consistency-level') ?? defaultConsistency;
  if (!levels.includes(level)) throw badRequest(`The consistency level '${level}' is not valid.`);
  if (levels.indexOf(level) < levels.indexOf(defaultConsistency)) {
    throw badRequest(
      `ConsistencyLevel ${level} specified in the request is invalid when service is configured with consistency level ${defaultConsistency}. Ensure the request consistency level is not stronger than the service consistency level.`,
    );
  }
  return level;
};

/** Reads at the account's level ask several replicas and cost twice as much. */
export const costFactorOf = (level: string): 1 | 2 => (level === defaultConsistency ? 2 : 1);

/**
 * The last transaction that a read sees. In one region, bounded staleness reads the newest state [believed]. Below that
 * level a read lags as far as the container's past goes, but a read in a session sees all that the session has seen in
 * the partition, or in all of them if the read is about several.
 */
export const horizonOf = (
  container: Container,
  partition: Partition | undefined,
  request: CosmosRequest,
  level: string,
  now: number,
): number => {
  if (level === defaultConsistency) return container.lsn;
  const lagging = Math.min(container.past.lsnAt(now), container.lsn);
  if (level !== 'Session') return lagging;
  const seen = sessionLsn(container.layout, partition, header(request, 'x-ms-session-token') ?? '');
  // A token may be older than a loss of data; nobody can serve its transactions any more.
  return Math.max(lagging, Math.min(seen, container.lsn));
};

/** A token such as `0:-1#5`, for one physical partition. */
export const sessionToken = ({ id, lsnOffset }: Partition, lsn: number): string => `${id}:-1#${lsn + lsnOffset}`;

/** Clients send the tokens of several partitions, joined by commas. The token of a parent holds for its children. */
const sessionLsn = ({ partitions, gone }: Layout, partition: Partition | undefined, token: string): number =>
  Array.from(token.matchAll(/(\d+):-?\d+#(\d{1,15})/g)).reduce((newest, [, id, lsn]) => {
    const source = [...partitions, ...gone].find((each) => each.id === id);
    const isAbout = partition === undefined || partition === source || partition.parents.includes(id ?? '');
    return source !== undefined && isAbout ? Math.max(newest, Number(lsn) - source.lsnOffset) : newest;
  }, 0);
