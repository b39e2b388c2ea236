import type { IncomingHttpHeaders } from 'node:http';
import type { PageLimits } from '../queries/evaluation/run.ts';

/** A request whose body has arrived. */
export type CosmosRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** An answer; `body` is JSON text. */
export type CosmosResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: string;
};

/** A header's only value. */
export const header = ({ headers }: CosmosRequest, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** Whether a header says yes; clients write it as "true" and as "True". */
export const isTrue = (request: CosmosRequest, name: string): boolean =>
  header(request, name)?.toLowerCase() === 'true';

/** How large the page may be that a client asks for. It leaves the number of rows to the server by -1. */
export const pageLimits = (request: CosmosRequest): PageLimits => {
  const wanted = Number(header(request, 'x-ms-max-item-count') ?? 100);
  const rows = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, largestPage) : largestPage;
  return { rows, bytes: largestPageBytes };
};

const largestPage = 1_000;
const largestPageBytes = 4 * 1024 * 1024;
