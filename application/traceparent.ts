/** The span that a traceparent names (W3C Trace Context). */
export type Traceparent = { readonly traceId: string; readonly spanId: string; readonly flags: string };

// Only later versions than 00 may have a tail.
const pattern = /^(?!ff|00.{53}.)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;

const sampled = 1;

/** Undefined where the text is no traceparent. Of the flags it keeps the one that version 00 knows. */
export const parseTraceparent = (text: string | null | undefined): Traceparent | undefined => {
  const [, traceId, spanId, flags] = pattern.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) & sampled ? '01' : '00' };
};

export const formatTraceparent = ({ traceId, spanId, flags }: Traceparent): string =>
  `00-${traceId}-${spanId}-${flags}`;
