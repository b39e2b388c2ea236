import { z } from 'zod';
import { requirementOf, type Access } from './access.ts';
import type { Door } from './door.ts';
import type { Operation } from './operation.ts';
import { statusOf, type ProblemCode } from './problem.ts';

const problemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
  })
  .loose()
  .meta({ id: 'Problem', description: 'RFC 9457' });

/** OpenAPI 3.1, made of the very schemas that validate. */
export const openApiDocument = (operations: readonly Operation[], door: Door['kind']): object => {
  const schemas: Record<string, unknown> = {};

  /** The JSON Schema of what is sent ('input') or answered; what it names goes into the document's components. */
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const text = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }));
    const { $defs, ...own } = JSON.parse(text.replaceAll('#/$defs/', '#/components/schemas/')) as JsonSchema;
    delete own.$schema;
    Object.assign(schemas, $defs);
    if (typeof own.id !== 'string') return own;
    const { id, ...named } = own;
    schemas[id] = named;
    return { $ref: `#/components/schemas/${id}` };
  };
  const jsonOf = (schema: z.ZodType, io: 'input' | 'output', type = 'application/json') => ({
    content: { [type]: { schema: schemaOf(schema, io) } },
  });

  const parametersIn = (place: 'path' | 'query' | 'header', schema: z.ZodType | undefined) => {
    const { properties = {}, required = [] } = schema ? schemaOf(schema, 'input') : {};
    return Object.entries(properties).map(([name, own]) => ({
      name,
      in: place,
      required: required.includes(name),
      schema: own,
    }));
  };

  const describe = ({ params, query, headers, body, answer, problems, ...operation }: Operation): object => {
    const inHeader = parametersIn('header', headers);
    const takes = (name: string) => inHeader.some((parameter) => parameter.name === name);
    const own = {
      headers: headersOf({
        ...(takes('idempotency-key') && { 'Idempotency-Replayed': '"true" where the key finds an earlier outcome' }),
        ...(takes('if-none-match') && { ETag: 'Changes when anything in the answer does' }),
        ...answer.headers,
      }),
    };
    const done = { ...own, ...jsonOf(answer.body, 'output') };
    return {
      operationId: operation.id,
      summary: operation.summary,
      security: securityOf(operation.access, door),
      parameters: [...parametersIn('path', params), ...parametersIn('query', query), ...inHeader],
      ...(body && { requestBody: { required: true, ...jsonOf(body, 'input') } }),
      responses: {
        [answer.status]: { description: 'Done', ...done },
        // The Functions host refuses without a body.
        ...(door === 'key' && operation.access !== 'anonymous' && { 401: { description: 'No key that opens this' } }),
        ...(takes('if-none-match') && { 304: { description: 'Not modified', ...own } }),
        ...Object.fromEntries(
          [...Map.groupBy([...problems, ...anyOperation(operation.access, door, body !== undefined)], statusOf)].map(
            ([status, codes]) => [
              status,
              {
                description: codes.join(', '),
                headers: headersOf(problemHeaders[status] ?? {}),
                ...jsonOf(problemDocument, 'output', 'application/problem+json'),
              },
            ],
          ),
        ),
        ...Object.fromEntries(
          Object.entries(answer.otherwise ?? {}).map(([status, description]) => [
            status,
            { description, ...done, headers: { ...done.headers, ...headersOf(problemHeaders[Number(status)] ?? {}) } },
          ]),
        ),
      },
    };
  };

  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    (paths[`/api/${operation.route}`] ??= {})[operation.method.toLowerCase()] = describe(operation);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Daybook', version: '1', description: 'An event-sourced bank' },
    paths,
    components: {
      schemas,
      securitySchemes: schemes[door],
    },
  };
};

type JsonSchema = {
  $schema?: string;
  $defs?: Readonly<Record<string, unknown>>;
  id?: unknown;
  properties?: Readonly<Record<string, unknown>>;
  required?: readonly string[];
  $ref?: string;
};

const headersOf = (descriptions: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(descriptions).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  );

const challenge = { 'WWW-Authenticate': 'As RFC 6750 has it' };
const retryAfter = { 'Retry-After': 'Seconds' };

/** What problems of a status carry beside their document. */
const problemHeaders: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: challenge,
  403: challenge,
  412: { ETag: "The account's version" },
  429: retryAfter,
  503: retryAfter,
};

const schemes = {
  key: { key: { type: 'apiKey', in: 'header', name: 'x-functions-key' } },
  token: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
};

/** Alternatives, of which a caller needs one: the roles of a token, or a key. */
const securityOf = (access: Access, door: Door['kind']): object[] => {
  if (access === 'anonymous') return [];
  return door === 'token' ? requirementOf(access).roles.map((role) => ({ token: [role] })) : [{ key: [] }];
};

const anyOperation = (access: Access, door: Door['kind'], hasBody: boolean): readonly ProblemCode[] => [
  'InvalidRequest',
  ...(door === 'token' && access !== 'anonymous' ? (['Unauthenticated', 'Forbidden'] as const) : []),
  ...(access === 'anonymous' ? [] : (['RateLimited'] as const)),
  ...(hasBody ? (['BodyTooLarge', 'UnsupportedMediaType'] as const) : []),
  'InternalError',
  'ServiceUnavailable',
];
