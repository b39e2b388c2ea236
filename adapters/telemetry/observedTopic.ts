import { ROOT_CONTEXT, SpanKind, type SpanContext } from '@opentelemetry/api';
import type { Topic } from '../../application/publishing/ports.ts';
import type { Message } from '../../domain/message.ts';
import { record } from './metrics.ts';
import { inSpan, linksTo, tracer, under } from './spans.ts';

/**
 * Each send becomes a span; each message that it carried another, in the trace of the request that it comes from.
 * `by`: who sends, the publisher at once or the relay after it.
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
        links: linksTo([...new Set(messages.map(({ body }) => body.traceparent))]),
      };
      const send = async (span: { readonly spanContext: () => SpanContext }) => {
        const unsendable = await topic.send(messages);
        const sent = Date.now();
        for (const message of messages) {
          if (unsendable.includes(message)) continue;
          record('daybook.publish.delay', sent - Date.parse(message.body.time), { by });
          tracePublished(message, span.spanContext(), begun, sent);
        }
        return unsendable;
      };
      // Many requests share it, and none of them waits for it: it belongs to nobody's trace.
      return inSpan('send', options, send, ROOT_CONTEXT);
    },
  });

const tracePublished = ({ messageId, body }: Message, send: SpanContext, begun: number, sent: number): void => {
  const attributes = {
    'messaging.system': 'servicebus',
    'messaging.operation.type': 'create',
    'messaging.message.id': messageId,
    'daybook.event': body.type,
  };
  const options = { kind: SpanKind.PRODUCER, startTime: begun, attributes, links: [{ context: send }] };
  tracer().startSpan(`publish ${body.type}`, options, under(body.traceparent)).end(sent);
};
