import { ROOT_CONTEXT, SpanKind, type SpanContext } from '@opentelemetry/api';
import type { Topic } from '../../application/publishing/ports.ts';
import type { CloudEvent } from '../../application/publishing/message.ts';
import { record } from './metrics.ts';
import { inSpan, linksTo, tracer, under } from './spans.ts';

/**
 * Makes a span of each send, and another of each of its messages, in the trace of the request that caused the message.
 * `by` says who sends: the publisher at once, or the relay after it.
 */
export const observedTopic =
  (by: 'publisher' | 'relay') =>
  (topic: Topic): Topic => ({
    ...topic,
    send(messages) {
      if (messages.length === 0) return topic.send(messages);
      const begun = Date.now();
      const options = {
        kind: SpanKind.CLIENT,
        attributes: {
          'messaging.system': 'servicebus',
          'messaging.operation.type': 'send',
          'messaging.batch.message_count': messages.length,
          'daybook.sender': by,
        },
        links: linksTo([...new Set(messages.map(({ traceparent }) => traceparent))]),
      };
      const send = async (span: { readonly spanContext: () => SpanContext }) => {
        const unsendable = await topic.send(messages);
        const sent = Date.now();
        for (const message of messages) {
          if (unsendable.includes(message)) continue;
          record('daybook.publish.delay', sent - Date.parse(message.time), { by });
          tracePublished(message, span.spanContext(), begun, sent);
        }
        return unsendable;
      };
      // Many requests share a send, and none waits for it: it belongs to no request's trace.
      return inSpan('send', options, send, ROOT_CONTEXT);
    },
  });

const tracePublished = (event: CloudEvent, send: SpanContext, begun: number, sent: number): void => {
  const attributes = {
    'messaging.system': 'servicebus',
    'messaging.operation.type': 'create',
    'messaging.message.id': event.id,
    'daybook.event': event.type,
  };
  const options = { kind: SpanKind.PRODUCER, startTime: begun, attributes, links: [{ context: send }] };
  tracer().startSpan(`publish ${event.type}`, options, under(event.traceparent)).end(sent);
};
