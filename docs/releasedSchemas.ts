import { cloudEvent } from '../application/publishing/message.ts';
import { bankAggregates } from '../domain/registry.ts';
import { versionsOf } from '../eventSourcing/event.ts';
import { schemaOf } from '../functions/api/asyncApiDocument.ts';

export const releasedPath = 'test/contract/released/schemas.json';

type Schemas = Readonly<Record<string, unknown>>;

/** The JSON schemas of the envelope of messages, and of each version of each event's data. */
export const presentSchemas = (): Schemas => ({
  CloudEvent: rulesOf(schemaOf(cloudEvent)),
  ...Object.fromEntries(
    bankAggregates
      .flatMap(({ events }) => events.flatMap(versionsOf))
      .map(({ type, schemaVersion, data }) => [`${type} ${schemaVersion}`, rulesOf(schemaOf(data))]),
  ),
});

/** Adds what is new. What was released stays, so that a test finds what has changed since. */
export const withNewSchemas = (released: Schemas, present: Schemas): Schemas => ({ ...present, ...released });

/** What only people read may change. */
const annotations = new Set(['id', 'title', 'description', 'examples']);

const rulesOf = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(rulesOf);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { properties, ...rules } = schema as { readonly properties?: object };
  const own = Object.entries(rules).filter(([name]) => !annotations.has(name));
  return {
    ...Object.fromEntries(own.map(([name, value]) => [name, rulesOf(value)])),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, rulesOf(value)])),
    }),
  };
};
