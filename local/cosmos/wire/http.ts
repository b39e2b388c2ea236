import type { IncomingHttpHeaders } from 'node:http';

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

/** The most rows of a page that the client wants: -1 or nothing leaves it to the server. */
export const pageSize = (request: CosmosRequest): number => {
  const wanted = Number(header(request, 'x-ms-max-item-count') ?? 100);
  return Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, largestPage) : largestPage;
};

const largestPage = 1_000;

/** A page ends before the row that would take it over this many bytes. */
export const largestPageBytes = 4 * 1024 * 1024;
