import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toMessage } from '../../adapters/serviceBus/message.ts';
import { messagesOf } from '../../application/publishing/message.ts';
import { asyncApiDocument } from '../../functions/api/asyncApiDocument.ts';
import { carryOut, wholeLife } from '../support/histories.ts';
import { propertiesOf } from '../support/signing.ts';

const document = JSON.parse(JSON.stringify(asyncApiDocument())) as {
  components: {
    messages: Record<string, { payload: z.core.JSONSchema.JSONSchema; headers: z.core.JSONSchema.JSONSchema }>;
  };
};
/** One message of each type that the bank's own rules lead to. */
const messages = [
  ...new Map(
    carryOut(wholeLife)
      .flatMap(messagesOf)
      .map((message) => [message.type, message]),
  ).values(),
];

const sent = z.looseObject({
  body: z.record(z.string(), z.unknown()),
  applicationProperties: z.record(z.string(), z.unknown()),
});

describe('the AsyncAPI document', () => {
  it('is the one in docs/: npm run docs writes it', async () =>
    expect(JSON.parse(await readFile('docs/asyncapi.json', 'utf8'))).toEqual(document));

  it('knows every message', () =>
    expect(Object.keys(document.components.messages).sort()).toEqual(messages.map(({ type }) => type).sort()));

  it.each(messages.map((event) => [event.type, toMessage(event, propertiesOf)] as const))(
    'describes %s as it is sent',
    (type, message) => {
      const { body, applicationProperties, ...properties } = sent.parse(JSON.parse(JSON.stringify(message)));
      const described = document.components.messages[type];
      if (!described) throw new Error(`${type} is not described`);
      expect(() => z.fromJSONSchema(described.payload).parse(body)).not.toThrow();
      expect(() =>
        z.fromJSONSchema(described.headers).parse({ ...properties, ...applicationProperties }),
      ).not.toThrow();
      expect(() => z.fromJSONSchema(described.payload).parse({ ...body, data: {} })).toThrow();
      const names = Object.keys(described.headers.properties ?? {});
      expect(names).toEqual(expect.arrayContaining(Object.keys(applicationProperties)));
    },
  );
});
