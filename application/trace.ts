import { z } from 'zod';

/** The trace of a span by its traceparent, which is well-formed (W3C Trace Context). */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);

const traced = z.object({ traceparent: z.string() });

/** The traceparent in the body of a message; empty where it has none. */
export const traceparentIn = (body: unknown): string => traced.safeParse(body).data?.traceparent ?? '';
