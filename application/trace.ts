/** The trace of a span by its traceparent, which is well-formed (W3C Trace Context). */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);
