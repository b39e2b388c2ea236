import { z } from 'zod';
import { cloudEvent } from '../../application/publishing/message.ts';
import { currency } from '../../domain/currency.ts';
import { bankAggregates } from '../../domain/registry.ts';
import type { EventDefinition } from '../../eventSourcing/event.ts';
import topology from '../../infra/topology.json' with { type: 'json' };

type Json = Readonly<Record<string, unknown>>;

/** The JSON schema of data in a message. A currency is any code: those who listen go on when the bank takes another one. */
export const schemaOf = (schema: z.ZodType): Json => {
  const own: Record<string, unknown> = z.toJSONSchema(schema, {
    unrepresentable: 'any',
    reused: 'inline',
    override({ zodSchema, jsonSchema }) {
      if (zodSchema !== currency) return;
      delete jsonSchema.enum;
      jsonSchema.pattern = '^[A-Z]{3}$';
    },
  });
  delete own.$schema;
  // Named schemas are spelled out where they stand: each message can be read alone.
  const defs = own.$defs as Record<string, Json> | undefined;
  delete own.$defs;
  const inline = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inline);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, ...rest } = value as { $ref?: string };
    if (typeof $ref === 'string') return inline(defs?.[$ref.replace('#/$defs/', '')] ?? {});
    return Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, inline(item)]));
  };
  return inline(own) as Json;
};

const messageOf = (aggregate: string, { type, schemaVersion, data }: EventDefinition): Json => {
  const payload = schemaOf(cloudEvent) as { properties: Json };
  const text = { type: 'string' };
  return {
    name: type,
    title: `${type}, schema version ${schemaVersion}`,
    contentType: 'application/cloudevents+json',
    correlationId: { description: 'The aggregate id', location: '$message.header#/correlationId' },
    headers: {
      type: 'object',
      description: 'Properties of the message, and its application properties',
      properties: {
        messageId: { ...text, description: '<aggregate id>:<version>; duplicates have the same' },
        correlationId: { ...text, description: 'The aggregate id' },
        sessionId: { ...text, description: 'The aggregate id' },
        subject: { const: type },
        type: { const: type },
        aggregate: { const: aggregate },
        version: { type: 'integer', minimum: 1 },
        schemaVersion: { const: schemaVersion },
        occurredAt: { ...text, format: 'date-time' },
        traceparent: text,
        signature: { ...text, description: 'By which the app knows its own messages; of no use to others' },
        key: { ...text, description: 'The name of the key that signed it' },
        deliverTo: {
          ...text,
          description: 'Where it was sent again to one subscription alone; nothing else here tells of the event then',
        },
        listener: {
          ...text,
          description:
            'The only listener on that subscription for which it was sent again; all of them where it is absent',
        },
        originalMessageId: {
          ...text,
          description: 'Of the message that was sent first, where this one was sent again',
        },
        originalEnqueuedAt: { ...text, format: 'date-time' },
        ...(hasAmount(data) && { amountMinor: { type: 'integer', minimum: 1 }, currency: text }),
      },
    },
    payload: {
      ...payload,
      properties: {
        ...payload.properties,
        type: { const: type },
        aggregate: { const: aggregate },
        schemaversion: { const: schemaVersion },
        data: schemaOf(data),
      },
    },
  };
};

const hasAmount = (data: z.ZodType): boolean => data instanceof z.ZodObject && 'amount' in data.shape;

/** AsyncAPI: every message that Daybook publishes, and who hears it. */
export const asyncApiDocument = (): object => {
  const messages = Object.fromEntries(
    bankAggregates.flatMap(({ name, events }) => events.map((event) => [event.type, messageOf(name, event)])),
  );
  const [topic] = topology.serviceBus.topics;
  if (!topic) throw new Error('The topology has no topic');
  const channel = `#/channels/${topic.name}`;
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'Daybook',
      version: '1',
      description:
        'Integration messages of the bank: at least once, in any order. Repeats have the same CloudEvents source and id; ' +
        'versions of one aggregate have no holes.',
      contact: { name: 'The operators of this bank' },
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/cloudevents+json',
    channels: {
      [topic.name]: {
        address: topic.name,
        description: `Service Bus topic; subscriptions of the bank's own: ${topic.subscriptions.map(({ name }) => name).join(', ')}`,
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: {
      publishEvents: {
        action: 'send',
        channel: { $ref: channel },
        messages: Object.keys(messages).map((name) => ({ $ref: `${channel}/messages/${name}` })),
      },
    },
    components: { messages },
  };
};
