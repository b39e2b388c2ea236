import { randomUUID } from 'node:crypto';

/** A span of ours within the caller's trace, or within a new one (W3C Trace Context). */
export type Trace = { readonly traceId: string; readonly traceparent: string };

const pattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-|$)/;

export const continueTrace = (received: string | null): Trace => {
  const [, traceId = randomHex(), flags = '01'] = pattern.exec(received ?? '') ?? [];
  return { traceId, traceparent: `00-${traceId}-${randomHex().slice(16)}-${flags}` };
};

/** 32 digits. UUIDs are drawn from a supply of random bytes; others cost a system call each. */
const randomHex = (): string => randomUUID().replaceAll('-', '');

/** That of a span, which is well-formed. */
export const traceOf = (traceparent: string): Trace => ({ traceId: traceparent.slice(3, 35), traceparent });
