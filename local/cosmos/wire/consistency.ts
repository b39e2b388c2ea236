import type { Container } from '../definitions/container.ts';
import { badRequest } from '../errors.ts';
import { type CosmosRequest, header } from './http.ts';

/** From the strongest to the weakest. */
const levels = ['Strong', 'BoundedStaleness', 'Session', 'ConsistentPrefix', 'Eventual'];

/** The account's own; a request may ask for a weaker one. */
export const defaultConsistency = 'BoundedStaleness';

/** The level that a request is read at; throws 400 for one that is stronger than the account's. */
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

/** Reads that ask several replicas cost twice as much. */
export const costFactorOf = (level: string): 1 | 2 => (level === defaultConsistency ? 2 : 1);

/**
 * The last transaction that a read sees. In one region bounded staleness means the newest [believed]. Below it, reads may be as
 * far behind as the container's past goes, but for those of a session never behind its token.
 */
export const horizonOf = (container: Container, request: CosmosRequest, level: string, now: number): number => {
  if (level === defaultConsistency) return container.lsn;
  const lagging = Math.min(container.past.lsnAt(now), container.lsn);
  if (level !== 'Session') return lagging;
  const seen = sessionLsn(header(request, 'x-ms-session-token') ?? '');
  // A token from before the data was lost promises what nobody has any more.
  return Math.max(lagging, Math.min(seen, container.lsn));
};

/** `0:-1#5`, for the only partition range there is; clients may send several, joined by commas. */
export const sessionToken = (lsn: number): string => `0:-1#${lsn}`;

const sessionLsn = (token: string): number =>
  Math.max(0, ...Array.from(token.matchAll(/#(\d{1,15})/g), ([, lsn]) => Number(lsn)));
