import {
  context,
  isSpanContextValid,
  SpanStatusCode,
  trace,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
  type Tracer,
} from '@opentelemetry/api';

let opened: Tracer | undefined;
/** Does nothing, at next to no cost, unless telemetry has begun, which it does before the first span. */
export const tracer = (): Tracer => (opened ??= trace.getTracer('daybook'));

const pattern = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;

/** The span elsewhere that a traceparent names (W3C Trace Context). */
export const spanOf = (traceparent: string | null | undefined): SpanContext | undefined => {
  const [, traceId, spanId, flags] = pattern.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const found = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(found) ? found : undefined;
};

export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

/** What is to become a child of the span that a traceparent names; of the one under way where it names none. */
export const under = (traceparent: string | null | undefined): Context => {
  const parent = spanOf(traceparent);
  return parent ? trace.setSpanContext(context.active(), parent) : context.active();
};

export const linksTo = (traceparents: readonly string[]): Link[] =>
  traceparents.flatMap((traceparent) => {
    const found = spanOf(traceparent);
    return found ? [{ context: found }] : [];
  });

/** Runs work as a span. Of what is thrown, the span gets the kind alone: messages may name people. */
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
