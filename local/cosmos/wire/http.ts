import type { IncomingHttpHeaders } from 'node:http';
import type { PageLimits } from '../queries/evaluation/run.ts';

/** A request whose whole body has arrived. */
export type CosmosRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The status with which a fault refuses one operation of a bulk request. */
  readonly refusalOf?: (partitionKey: string) => number | undefined;
};

/** An answer; `body` is JSON text. */
export type CosmosResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: string;
};

/** The value of a header, or the first of several. */
export const header = ({ headers }: CosmosRequest, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** Whether a header is true; clients send "true" and "True". */
export const isTrue = (request: CosmosRequest, name: string): boolean =>
  header(request, name)?.toLowerCase() === 'true';

/** The limits of the page that a client asks for. A client that sends -1 leaves the number of rows to the server. */
export const pageLimits = (request: CosmosRequest): PageLimits => {
  const wanted = Number(header(request, 'x-ms-max-item-count') ?? 100);
  const rows = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, largestPage) : largestPage;
  return { rows, bytes: largestPageBytes };
};

const largestPage = 1_000;
const largestPageBytes = 4 * 1024 * 1024;
