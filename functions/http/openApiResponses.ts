import { z } from 'zod';
import type { Access } from './access.ts';
import type { Door } from './door.ts';
import type { NamedEndpoint } from './endpoint.ts';
import type { Schemas } from './openApiSchemas.ts';
import { statusOf, type ProblemCode } from './problem.ts';

const problemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
  })
  .loose()
  .meta({ id: 'Problem', description: 'RFC 9457' });

/** All responses of an endpoint, by their status. */
export const responsesOf = (
  endpoint: NamedEndpoint<never>,
  headerNames: readonly string[],
  schemas: Schemas,
  door: Door['kind'],
) => {
  const { answers, access } = endpoint;
  const ownHeaders = {
    headers: headersOf({
      ...(headerNames.includes('idempotency-key') && { 'Idempotency-Replayed': '"true" if the key was used before' }),
      ...(headerNames.includes('if-none-match') && { ETag: 'Changes when anything in the answer does' }),
      ...answers.headers,
    }),
  };
  const content = {
    ...(answers.body && schemas.contentOf(answers.body, 'output').content),
    ...contentOfFiles(answers.files),
  };
  const done = { ...ownHeaders, ...((answers.body ?? answers.files) && { content }) };
  const { problems: own = {} } = endpoint;
  const problems = Map.groupBy(
    [...endpoint.refuses, ...anyEndpoint(endpoint, door)],
    (code) => own[code]?.[0] ?? statusOf(code as ProblemCode),
  );
  return {
    [answers.status]: { description: 'Done', ...done },
    // The Functions host answers it, without a body.
    ...(door === 'key' &&
      access !== 'anonymous' && { 401: { description: 'No key, or a key that does not open this endpoint' } }),
    413: { description: 'The body is longer than 128 KiB. The host answers this, without a body' },
    431: { description: 'The headers are too long. The server answers this, without a body' },
    ...(headerNames.includes('if-none-match') && { 304: { description: 'Not modified', ...ownHeaders } }),
    ...Object.fromEntries([...problems].map(([status, codes]) => [status, problemResponse(status, codes, schemas)])),
    ...Object.fromEntries(
      Object.entries(answers.otherwise ?? {}).map(([status, description]) => [
        status,
        { description, ...done, headers: { ...done.headers, ...headersOf(problemHeaders[Number(status)] ?? {}) } },
      ]),
    ),
  };
};

const contentOfFiles = (files: NamedEndpoint['answers']['files'] = {}) =>
  Object.fromEntries(
    Object.entries(files).map(([type, description]) => [type, { schema: { type: 'string', description } }]),
  );

const problemResponse = (status: number, codes: readonly string[], schemas: Schemas) => ({
  description: codes.join(', '),
  headers: headersOf(problemHeaders[status] ?? {}),
  ...schemas.contentOf(problemDocument, 'output', 'application/problem+json'),
});

const headersOf = (descriptions: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(descriptions).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  );

const challenge = { 'WWW-Authenticate': 'As in RFC 6750' };
const retryAfter = { 'Retry-After': 'Seconds' };

/** The headers of problems, by status. */
const problemHeaders: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: challenge,
  403: challenge,
  415: { 'Accept-Encoding': '"identity", if the body was encoded' },
  412: { ETag: 'The version, if there is one yet' },
  429: retryAfter,
  503: retryAfter,
};

const needsCaller = (access: Access): boolean => access !== 'anonymous';

/** The problems that endpoints need not list, since any of their kind may answer with them. */
const anyEndpoint = ({ access, method, body }: NamedEndpoint, door: Door['kind']): readonly ProblemCode[] => [
  'InvalidRequest',
  ...(door === 'token' && needsCaller(access) ? (['Unauthenticated', 'Forbidden'] as const) : []),
  'RateLimited',
  ...(body ? (['BodyTooLarge'] as const) : []),
  ...(body || method === 'POST' ? (['UnsupportedMediaType'] as const) : []),
  'InternalError',
  'ServiceUnavailable',
];
