import { randomBytes } from 'node:crypto';

/** A span of ours within the caller's trace, or within a new one (W3C Trace Context). */
export type Trace = { readonly traceId: string; readonly traceparent: string };

const pattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-|$)/;

export const continueTrace = (received: string | null): Trace => {
  const [, traceId = randomBytes(16).toString('hex'), flags = '01'] = pattern.exec(received ?? '') ?? [];
  return { traceId, traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-${flags}` };
};
