import type { Span, SpanContext } from '@opentelemetry/api';
import { z } from 'zod';
import type { Subscription } from '../../application/subscriptions/listener.ts';
import { originOf, type ReceivedMessage } from '../../application/subscriptions/origin.ts';
import type { Parking } from '../../application/subscriptions/ports.ts';
import { record } from './metrics.ts';
import { inSpan, linksTo, markFailed, tracer, under } from './spans.ts';

type Handler = (subscription: Subscription, messages: readonly ReceivedMessage[]) => Promise<void>;

/** The fields of a body that telemetry needs; nobody has checked the body yet. */
const traced = z.object({
  traceparent: z.string(),
  time: z.iso.datetime(),
  type: z.string(),
  aggregate: z.string(),
});
type Traced = z.infer<typeof traced> & { readonly messageId: string; readonly isRepeat: boolean };

/**
 * Makes each batch a span, the parent of everything that its listeners do, and each message another, in the trace of the
 * request that led to it. Measures how far each listener lags; messages that the app sent again do not count.
 */
export const observedMessages =
  (handle: Handler): Handler =>
  (subscription, messages) => {
    const readable = messages.flatMap(readTraced);
    const options = {
      attributes: {
        'messaging.system': 'servicebus',
        'messaging.operation.type': 'process',
        'messaging.batch.message_count': messages.length,
        'daybook.subscription': subscription.name,
      },
      links: linksTo([...new Set(readable.map(({ traceparent }) => traceparent))]),
    };
    return inSpan(`process ${subscription.name}`, options, async (batch) => {
      const spans = readable.map((message) => startHearing(subscription.name, message, batch.spanContext()));
      try {
        await handle(subscription, messages);
      } catch (error) {
        spans.forEach((span) => markFailed(span, error));
        throw error;
      } finally {
        spans.forEach((span) => span.end());
      }
      for (const { time, aggregate, isRepeat } of readable) {
        if (isRepeat) continue;
        for (const { name } of subscription.listeners.filter(({ follows }) => follows.includes(aggregate))) {
          record('daybook.listener.lag', Date.now() - Date.parse(time), { listener: name });
        }
      }
    });
  };

const readTraced = (message: ReceivedMessage): Traced[] => {
  const { data } = traced.safeParse(message.body);
  const { messageId, properties } = originOf(message);
  return data ? [{ ...data, messageId, isRepeat: properties?.deliverTo !== undefined }] : [];
};

const startHearing = (subscription: string, { messageId, type, traceparent }: Traced, batch: SpanContext): Span => {
  const attributes = {
    'messaging.system': 'servicebus',
    'messaging.operation.type': 'process',
    'messaging.message.id': messageId,
    'daybook.event': type,
    'daybook.subscription': subscription,
  };
  // Not a consumer: Application Insights would count it among the requests, which the host reports.
  const options = { attributes, links: [{ context: batch }] };
  return tracer().startSpan(`hear ${subscription}`, options, under(traceparent));
};

/** Counts the messages that the app parks, by listener. */
export const observedParking = (parking: Parking): Parking => ({
  ...parking,
  async park(listener, message) {
    await parking.park(listener, message);
    record('daybook.parked', 1, { listener });
  },
  async tally(listener, example, count) {
    await parking.tally(listener, example, count);
    record('daybook.parked', count, { listener });
  },
});
