import { randomUUID } from 'node:crypto';
import { traceIdOf } from '../../application/trace.ts';

/** The span of a request (W3C Trace Context). */
export type Trace = {
  readonly traceId: string;
  readonly traceparent: string;
  /** The caller's, which goes on with its trace. */
  readonly tracestate?: string | undefined;
};

type CallersSpan = {
  readonly traceId: string;
  readonly traceFlags: number;
  readonly traceState?: { readonly serialize: () => string };
};

const isSampled = 1;

/** A new span: in the caller's trace if the caller has one, else in a new trace. */
export const continueTrace = (caller?: CallersSpan): Trace => {
  const { traceId, traceFlags } = caller ?? { traceId: randomHex(), traceFlags: isSampled };
  const flags = traceFlags.toString(16).padStart(2, '0');
  return traceOf(`00-${traceId}-${randomHex().slice(16)}-${flags}`, caller);
};

/** 32 digits. UUIDs come from a supply of random bytes; any other random digits cost a system call each. */
const randomHex = (): string => randomUUID().replaceAll('-', '');

/** The trace of a span by its traceparent, which is well-formed. */
export const traceOf = (traceparent: string, caller?: CallersSpan): Trace => {
  const traceId = traceIdOf(traceparent);
  const tracestate = caller?.traceId === traceId ? caller.traceState?.serialize() : undefined;
  return { traceId, traceparent, ...(tracestate && { tracestate }) };
};
