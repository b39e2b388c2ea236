import {
  context,
  createTraceState,
  SpanStatusCode,
  trace,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
  type Tracer,
} from '@opentelemetry/api';
import { formatTraceparent, parseTraceparent } from '../../application/traceparent.ts';

let opened: Tracer | undefined;
/** Its spans do nothing, at almost no cost, unless telemetry has begun, which happens before the first span. */
export const tracer = (): Tracer => (opened ??= trace.getTracer('daybook'));

/** The remote span that a traceparent names (W3C Trace Context), with the tracestate that came with it. */
export const spanOf = (traceparent: string | null | undefined, tracestate?: string | null): SpanContext | undefined => {
  const parsed = parseTraceparent(traceparent);
  return (
    parsed && {
      traceId: parsed.traceId,
      spanId: parsed.spanId,
      traceFlags: Number.parseInt(parsed.flags, 16),
      isRemote: true,
      ...(tracestate && { traceState: createTraceState(tracestate) }),
    }
  );
};

export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  formatTraceparent({ traceId, spanId, flags: traceFlags.toString(16).padStart(2, '0') });

/** The context for a child of the span that a traceparent names; of the span under way where it names none. */
export const under = (traceparent: string | null | undefined, tracestate?: string | null): Context => {
  const parent = spanOf(traceparent, tracestate);
  return parent ? trace.setSpanContext(context.active(), parent) : context.active();
};

export const linksTo = (traceparents: readonly string[]): Link[] =>
  traceparents.flatMap((traceparent) => {
    const found = spanOf(traceparent);
    return found ? [{ context: found }] : [];
  });

/** Runs work as a span. The span gets the name of an error alone, since messages may name people. */
export const inSpan = <Result>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<Result>,
  parent: Context = context.active(),
): Promise<Result> =>
  tracer().startActiveSpan(name, options, parent, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });

export const markFailed = (span: Span, error: unknown): void => {
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
  span.setStatus({ code: SpanStatusCode.ERROR });
};
