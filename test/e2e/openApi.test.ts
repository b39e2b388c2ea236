import { randomUUID } from 'node:crypto';
import { describe, expect, it, beforeAll } from 'vitest';
import { z } from 'zod';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, type Reply } from '../support/e2eBank.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Operation = {
  readonly operationId: string;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly headers?: Readonly<Record<string, Json>> } & Partial<Content>
    >
  >;
};
type Content = { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
type Document = {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
};

const app = appOfThisFile();
let document: Document;
beforeAll(async () => {
  document = bodyOf(await app.bank.get('/openapi.json')) as Document;
});

const ofEveryAnswer = new Set([
  ...['cache-control', 'content-security-policy', 'referrer-policy', 'server-timing', 'strict-transport-security'],
  ...['traceparent', 'x-content-type-options', 'content-type', 'content-length', 'date', 'connection', 'keep-alive'],
]);

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

/** Every object in a document, with the place where it is. */
const objectsIn = (json: Json, place = '#'): { place: string; object: Readonly<Record<string, Json>> }[] => {
  if (typeof json !== 'object' || json === null) return [];
  const inner = Object.entries(json).flatMap(([name, value]) => objectsIn(value, `${place}/${name}`));
  return Array.isArray(json) ? inner : [{ place, object: json as Readonly<Record<string, Json>> }, ...inner];
};

const at = (pointer: string): unknown =>
  pointer
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>(
      (value, name) =>
        (value as Record<string, unknown> | undefined)?.[name.replaceAll('~1', '/').replaceAll('~0', '~')],
      document,
    );

/** Validates as the document says, with its named schemas at hand. */
const schemaFor = (path: string, method: string, reply: Reply): z.ZodType => {
  const response = document.paths[path]?.[method]?.responses[reply.status];
  const type = reply.headers.get('content-type')?.split(';')[0] ?? '';
  const schema = response?.content?.[type]?.schema;
  if (schema === undefined)
    throw new Error(`${method} ${path} answers ${reply.status} ${type}, which is not described`);
  const own = { allOf: [schema], $defs: document.components.schemas };
  return z.fromJSONSchema(
    JSON.parse(JSON.stringify(own).replaceAll('#/components/schemas/', '#/$defs/')) as z.core.JSONSchema.JSONSchema,
  );
};

describe('the OpenAPI document', () => {
  it('is one of version 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: 'Daybook', version: expect.any(String) as string });
    expect(operations().map(({ operation }) => operation.operationId).length).toBe(
      new Set(operations().map(({ operation }) => operation.operationId)).size,
    );
    for (const { path, operation } of operations()) {
      expect(path).toMatch(/^\/api\//);
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
      for (const [status, { description }] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[1-5]\d\d$/);
        expect(description).toMatch(/\S/);
      }
      const names = operation.parameters.map((parameter) => `${parameter.in} ${parameter.name.toLowerCase()}`);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it.each([
    ['post', '/api/customers'],
    ['post', '/api/accounts'],
    ['post', '/api/accounts/{id}/deposits'],
    ['post', '/api/accounts/{id}/withdrawals'],
    ['get', '/api/customers'],
    ['get', '/api/customers/{id}'],
    ['get', '/api/accounts/{id}'],
    ['get', '/api/accounts/{id}/transactions'],
    ['get', '/api/accounts/{id}/events'],
    ['get', '/api/accounts/{id}/statements'],
    ['get', '/api/accounts/{id}/statements/{month}'],
    ['get', '/api/accounts/{id}/balances'],
    ['get', '/api/customers/{id}/events'],
    ['get', '/api/analytics/daily'],
    ['get', '/api/health'],
    ['get', '/api/ops/gaps'],
    ['get', '/api/ops/dead-letters'],
    ['get', '/api/ops/operations/{operationId}'],
    ['delete', '/api/ops/operations/{operationId}'],
    ['post', '/api/ops/listeners/{name}/replay'],
    ['delete', '/api/ops/dead-letters/{listener}/{id}'],
    ['get', '/api/openapi.json'],
    ['get', '/api/asyncapi.json'],
    ['get', '/api/docs'],
    ['get', '/api/accounts'],
    ['get', '/api/ops/operations'],
    ['put', '/api/ops/fx/rates/{pair}'],
    ['get', '/api/customers/{id}/notifications'],
    ['put', '/api/customers/{id}/notifications'],
    ['get', '/api/fx/rates'],
    ['get', '/api/fx/rates/{pair}/history'],
    ['post', '/api/fx/quotes'],
  ])('has %s %s', (method, path) => {
    const operation = document.paths[path]?.[method];
    expect(operation).toBeDefined();
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const inPath = operation?.parameters.filter((parameter) => parameter.in === 'path') ?? [];
    expect(inPath.map(({ name, required }) => [name, required])).toEqual(named.map((name) => [name, true]));
    expect(operation?.requestBody !== undefined).toBe(method === 'post' || method === 'put');
  });

  it('has the parameters that commands and queries take', () => {
    const namesOf = (method: string, path: string) =>
      document.paths[path]?.[method]?.parameters.map((parameter) => `${parameter.in} ${parameter.name.toLowerCase()}`);
    expect(namesOf('post', '/api/customers')).toEqual(['header idempotency-key']);
    expect(namesOf('post', '/api/accounts/{id}/deposits')?.sort()).toEqual(
      ['path id', 'header idempotency-key', 'header if-match'].sort(),
    );
    expect(namesOf('get', '/api/customers')?.sort()).toEqual(
      ['query limit', 'query cursor', 'query email', 'query name', 'header if-none-match'].sort(),
    );
    expect(namesOf('get', '/api/accounts/{id}/transactions')?.sort()).toEqual(
      [
        ...['path id', 'query limit', 'query cursor', 'query from', 'query to', 'query atleast'],
        'header if-none-match',
      ].sort(),
    );
  });

  it('has the forms of a statement', () => {
    const statement = document.paths['/api/accounts/{id}/statements/{month}']?.get;
    expect(Object.keys(statement?.responses[200]?.content ?? {})).toEqual([
      ...['application/json', 'text/csv', 'application/pdf', 'application/xml'],
    ]);
    expect(statement?.responses).toHaveProperty('406');
    expect(statement?.parameters.map(({ name }) => name)).toEqual(['id', 'month', 'atLeast', 'if-none-match']);
  });

  it('has the headers that answers carry', async () => {
    const { bank } = app;
    const { id, customerId } = await newAccount(bank, '5');
    const key = { 'idempotency-key': randomUUID() };
    await bank.deposit(id, '1', {}, key);
    const one = '/api/accounts/{id}';
    const answers: [string, string, Reply, string[]][] = [
      ['post', '/api/customers', await bank.createCustomer(), ['location']],
      ['post', `${one}/deposits`, await bank.deposit(id, '1', {}, key), ['idempotency-replayed']],
      ['post', `${one}/deposits`, await bank.deposit(id, '1', {}, { 'if-match': '"1"' }), ['etag']],
      ['get', one, await bank.account(id), ['daybook-source', 'etag']],
      ['get', one, await bank.account(id, {}, { 'if-none-match': '*' }), ['daybook-source', 'etag']],
      ['get', `${one}/transactions`, await bank.transactions(id), ['daybook-source', 'etag']],
      ['get', `${one}/events`, await bank.events(id), ['etag']],
      ['get', '/api/customers', await bank.customers(), ['etag']],
      ['get', '/api/customers/{id}', await bank.customer(customerId), ['daybook-source', 'etag']],
      ['get', '/api/analytics/daily', await bank.get('/analytics/daily'), ['age', 'etag']],
      ['get', '/api/ops/gaps', await bank.get('/ops/gaps'), []],
    ];
    for (const [method, path, reply, expected] of answers) {
      const described = Object.keys(document.paths[path]?.[method]?.responses[reply.status]?.headers ?? {});
      const own = [...reply.headers.keys()].filter((name) => !ofEveryAnswer.has(name));
      expect({ method, path, own }).toEqual({ method, path, own: expected });
      expect(described.map((name) => name.toLowerCase())).toEqual(expect.arrayContaining(own));
    }
  });

  it('describes what health says of a service that is away', async () => {
    await app.serviceBusFaults.pause(60_000);
    const reply = await app.bank.get('/health').finally(() => app.serviceBusFaults.resume());
    expect(reply).toMatchObject({ status: 503, body: { status: 'unhealthy' } });
    expect(schemaFor('/api/health', 'get', reply).safeParse(reply.body)).toMatchObject({ success: true });
    expect(document.paths['/api/health']?.get?.responses[503]?.headers).toHaveProperty('Retry-After');
  });

  it('refers only to what is there', () => {
    const references = objectsIn(document as unknown as Json).flatMap(({ object }) =>
      typeof object.$ref === 'string' ? [object.$ref] : [],
    );
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references) {
      expect(reference).toMatch(/^#\/components\//);
      expect({ reference, target: at(reference) }).toEqual({ reference, target: expect.any(Object) as object });
    }
  });

  it('has schemas that any validator can read', () => {
    const schemas = [
      ...objectsIn(document.components.schemas),
      ...operations().flatMap(({ operation }) => objectsIn(operation as unknown as Json)),
    ];
    for (const { place, object } of schemas) {
      expect({ place, own: Object.keys(object).filter((name) => ['$schema', '$defs', '$id'].includes(name)) }).toEqual({
        place,
        own: [],
      });
      // JSON Schema takes patterns of ECMA-262 with the flag u.
      if (typeof object.pattern === 'string') expect(new RegExp(object.pattern, 'u')).toBeInstanceOf(RegExp);
    }
  });

  it('says of all that has a format that it is text', () => {
    const formatted = objectsIn(document as unknown as Json).filter(({ object }) => 'format' in object);
    expect(formatted.filter(({ object }) => object.type !== 'string').map(({ place }) => place)).toEqual([]);
  });

  it('describes what is answered', async () => {
    const { bank } = app;
    const { id, customerId } = await newAccount(bank, '5');
    const one = '/api/accounts/{id}';
    const month = new Date().toISOString().slice(0, 7);
    const png = { accept: 'image/png' };
    const answers: [string, string, Reply][] = [
      ['post', '/api/customers', await bank.createCustomer()],
      ['post', '/api/customers', await bank.createCustomer({ email: 'x' })],
      ['post', '/api/accounts', await bank.openAccount(customerId)],
      ['post', `${one}/deposits`, await bank.deposit(id, '1')],
      ['post', `${one}/withdrawals`, await bank.withdraw(id, '1')],
      ['post', `${one}/withdrawals`, await bank.withdraw(id, '100')],
      ['get', one, await bank.account(id)],
      ['get', one, await bank.account(customerId)],
      ['get', `${one}/transactions`, await bank.transactions(id, { limit: 1, atLeast: 3 })],
      ['get', `${one}/events`, await bank.events(id, { limit: 1 })],
      ['get', `${one}/statements`, await bank.get(`/accounts/${id}/statements`)],
      ['get', `${one}/statements/{month}`, await bank.get(`/accounts/${id}/statements/${month}`)],
      ['get', `${one}/statements/{month}`, await bank.get(`/accounts/${id}/statements/${month}`, {}, png)],
      ['get', `${one}/balances`, await bank.get(`/accounts/${id}/balances`)],
      ['get', '/api/customers', await bank.customers()],
      ['get', '/api/customers/{id}', await bank.customer(customerId)],
      ['get', '/api/customers/{id}/notifications', await bank.get(`/customers/${customerId}/notifications`)],
      ['put', '/api/customers/{id}/notifications', await bank.chooseNotifications(customerId, { types: [] })],
      ['get', '/api/customers/{id}/events', await bank.get(`/customers/${customerId}/events`)],
      ['get', '/api/analytics/daily', await bank.get('/analytics/daily')],
      ['get', '/api/health', await bank.get('/health')],
      ['get', '/api/ops/gaps', await bank.get('/ops/gaps')],
      ['get', '/api/ops/dead-letters', await bank.get('/ops/dead-letters')],
      ['get', '/api/openapi.json', await bank.get('/openapi.json')],
      ['get', '/api/asyncapi.json', await bank.get('/asyncapi.json')],
      ['get', '/api/accounts', await bank.get('/accounts')],
      ['put', '/api/ops/fx/rates/{pair}', await bank.put('/ops/fx/rates/EUR-USD', { rate: '1', source: 'ECB' })],
      ['put', '/api/ops/fx/rates/{pair}', await bank.put('/ops/fx/rates/EUR-EUR', { rate: '1', source: 'ECB' })],
      ['get', '/api/fx/rates', await bank.get('/fx/rates')],
      ['get', '/api/fx/rates/{pair}/history', await bank.get('/fx/rates/EUR-USD/history')],
      ['get', '/api/fx/rates/{pair}/history', await bank.get('/fx/rates/USD-EUR/history')],
      ['post', '/api/fx/quotes', await bank.post('/fx/quotes', { sell: { amount: '1', currency: 'EUR' }, buy: 'USD' })],
      ['post', '/api/fx/quotes', await bank.post('/fx/quotes', { sell: { amount: '1', currency: 'USD' }, buy: 'EUR' })],
      ['get', '/api/ops/operations', await bank.get('/ops/operations')],
    ];
    for (const [method, path, reply] of answers) {
      const { error } = schemaFor(path, method, reply).safeParse(reply.body);
      expect({ method, path, status: reply.status, issues: error?.issues ?? [] }).toMatchObject({ issues: [] });
    }
  });
});
