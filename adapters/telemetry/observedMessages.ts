import type { Span, SpanContext } from '@opentelemetry/api';
import { z } from 'zod';
import type { ReceivedMessage } from '../../application/subscriptions/handleMessages.ts';
import type { Parking } from '../../application/subscriptions/ports.ts';
import { record } from './metrics.ts';
import { inSpan, linksTo, markFailed, tracer, under } from './spans.ts';

type Handler<Projection> = (projection: Projection, messages: readonly ReceivedMessage[]) => Promise<void>;

/** What telemetry needs of a body, which nobody has checked yet. */
const traced = z.object({ traceparent: z.string(), time: z.iso.datetime(), type: z.string() });
type Traced = z.infer<typeof traced> & { readonly messageId: string; readonly isRepeat: boolean };

/**
 * Each batch becomes a span, under which all is done that its messages need; each message another, in the trace of the
 * request that it comes from. How far a view lags is measured by the messages that it is the first to be sent.
 */
export const observedMessages =
  <Projection extends { readonly name: string }>(handle: Handler<Projection>): Handler<Projection> =>
  (projection, messages) => {
    const readable = messages.flatMap(readTraced);
    const options = {
      attributes: {
        'messaging.system': 'servicebus',
        'messaging.operation.type': 'process',
        'messaging.batch.message_count': messages.length,
        'daybook.projection': projection.name,
      },
      links: linksTo([...new Set(readable.map(({ traceparent }) => traceparent))]),
    };
    return inSpan(`process ${projection.name}`, options, async (batch) => {
      const spans = readable.map((message) => startProjecting(projection.name, message, batch.spanContext()));
      try {
        await handle(projection, messages);
      } catch (error) {
        spans.forEach((span) => markFailed(span, error));
        throw error;
      } finally {
        spans.forEach((span) => span.end());
      }
      for (const { time, isRepeat } of readable) {
        if (isRepeat) continue;
        record('daybook.projection.lag', Date.now() - Date.parse(time), { projection: projection.name });
      }
    });
  };

const readTraced = ({ messageId, body, properties }: ReceivedMessage): Traced[] => {
  const { data } = traced.safeParse(body);
  return data ? [{ ...data, messageId, isRepeat: properties?.deliverTo !== undefined }] : [];
};

const startProjecting = (projection: string, { messageId, type, traceparent }: Traced, batch: SpanContext): Span => {
  const attributes = {
    'messaging.system': 'servicebus',
    'messaging.operation.type': 'process',
    'messaging.message.id': messageId,
    'daybook.event': type,
    'daybook.projection': projection,
  };
  // Not a consumer: Application Insights would count it among the requests, which the host reports.
  const options = { attributes, links: [{ context: batch }] };
  return tracer().startSpan(`project ${projection}`, options, under(traceparent));
};

/** Counts what is put aside. */
export const observedParking = (parking: Parking): Parking => ({
  ...parking,
  async park(subscription, message) {
    await parking.park(subscription, message);
    record('daybook.parked', 1, { subscription });
  },
});
