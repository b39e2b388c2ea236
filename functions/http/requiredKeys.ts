import { z } from 'zod';
import type { NamedEndpoint } from './endpoint.ts';

/** The endpoints where every command needs an idempotency key. */
export const requireKeys = (endpoints: readonly NamedEndpoint[]): readonly NamedEndpoint[] =>
  endpoints.map((endpoint) => {
    const { headers } = endpoint;
    if (!(headers instanceof z.ZodObject) || !('idempotency-key' in headers.shape)) return endpoint;
    return { ...endpoint, headers: headers.required({ 'idempotency-key': true }) };
  });
