import type { CloudEvent } from '../publishing/message.ts';

/** The body that a receiver gets: the event as on the topic, and the `timestamp` that Standard Webhooks want. */
export const bodyOf = (event: CloudEvent): string =>
  // The signature of a message does not cover its source.
  JSON.stringify({ ...event, source: `urn:daybook:${event.aggregate}`, timestamp: event.time });

/** The body of a test, which tells of no event. */
export const testBody = (id: string, time: string): string =>
  JSON.stringify({
    specversion: '1.0',
    id,
    source: 'urn:daybook:webhooks',
    type: 'WebhookTest',
    time,
    datacontenttype: 'application/json',
    data: {},
    timestamp: time,
  });
