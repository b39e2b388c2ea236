import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { inSpan, spanOf, traceparentOf, under } from './spans.ts';

type Request = {
  readonly method: string;
  /** The template, never a path: telemetry records nothing that a caller wrote. */
  readonly route: string;
  readonly functionName: string;
  readonly invocationId: string;
  /** The caller's or, in Azure, that of the host's own span. */
  readonly traceparent: string | null | undefined;
  /** Comes with the traceparent. */
  readonly tracestate: string | null | undefined;
};

/** Runs a request as a span, and hands on the traceparent that continues it: undefined while nobody traces. */
export const observedRequest = <Answer extends { readonly status?: number }>(
  { method, route, functionName, invocationId, traceparent, tracestate }: Request,
  work: (traceparent: string | undefined) => Promise<Answer>,
): Promise<Answer> =>
  inSpan(
    `${method} ${route}`,
    {
      attributes: {
        'http.request.method': method,
        'http.route': route,
        'faas.name': functionName,
        'faas.invocation_id': invocationId,
      },
    },
    async (span) => {
      const own = span.spanContext();
      const parent = spanOf(traceparent) ?? trace.getSpanContext(context.active());
      // Without a tracer, the span under way is the caller's own, or there is none.
      const isTraced = own.spanId !== parent?.spanId && spanOf(traceparentOf(own)) !== undefined;
      const answer = await work(isTraced ? traceparentOf(own) : undefined);
      const { status = 200 } = answer;
      span.setAttribute('http.response.status_code', status);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      return answer;
    },
    under(traceparent, tracestate),
  );
