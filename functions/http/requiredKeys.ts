import { z } from 'zod';
import type { ContextServices } from '../services.ts';
import type { NamedEndpoint } from './endpoint.ts';

/** The endpoints where every command needs an idempotency key. */
export const requireKeys = <S extends ContextServices>(
  endpoints: readonly NamedEndpoint<S>[],
): readonly NamedEndpoint<S>[] =>
  endpoints.map((endpoint) => {
    const { headers } = endpoint;
    if (!(headers instanceof z.ZodObject) || !('idempotency-key' in headers.shape)) return endpoint;
    return { ...endpoint, headers: headers.required({ 'idempotency-key': true }) };
  });
