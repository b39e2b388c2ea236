/** The span that a traceparent names (W3C Trace Context). */
export type Traceparent = { readonly traceId: string; readonly spanId: string; readonly flags: string };

const pattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;

/** Undefined where the text is no traceparent. */
export const parseTraceparent = (text: string | null | undefined): Traceparent | undefined => {
  const [, traceId, spanId, flags] = pattern.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, flags };
};

export const formatTraceparent = ({ traceId, spanId, flags }: Traceparent): string =>
  `00-${traceId}-${spanId}-${flags}`;
