import { requirementOf, type Access } from './access.ts';
import type { Door } from './door.ts';
import type { NamedEndpoint } from './endpoint.ts';
import { responsesOf } from './openApiResponses.ts';
import { collectSchemas, type Schemas } from './openApiSchemas.ts';

/** What the document says of a context. */
export type About = {
  readonly title: string;
  readonly summary: string;
  readonly operators: string;
  /** Descriptions, by the first part of routes. */
  readonly tags: Readonly<Record<string, string>>;
};

/** The OpenAPI 3.1 document of an API, by default that of the bank, made of the schemas that also validate requests. */
export const openApiDocument = (
  endpoints: readonly NamedEndpoint<never>[],
  door: Door['kind'],
  { title, summary, operators, tags: own }: About = bank,
): object => {
  const tags = { ...own, ...tagsOfKit };
  const schemas = collectSchemas();
  const paths: Record<string, Record<string, object>> = {};
  for (const endpoint of endpoints) {
    (paths[`/${endpoint.path}`] ??= {})[endpoint.method.toLowerCase()] = describe(endpoint, tags, schemas, door);
  }
  return {
    openapi: '3.1.0',
    info: {
      title,
      version: '1',
      summary,
      description,
      contact: { name: operators },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'Where this document comes from' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: schemas.components, securitySchemes: schemes[door] },
  };
};

const description =
  'Wherever GET answers, HEAD does: with the same status and headers, and no body. ' +
  'A method that a route does not have is 405, except for TRACE, to which the host answers 404 without a body.';

const bank: About = {
  title: 'Daybook',
  summary: 'An event-sourced bank',
  operators: 'The operators of this bank',
  tags: {
    customers: 'Who has accounts',
    accounts: 'Accounts, what moves on them, and their past',
    transfers: 'Money on its way from one account to another',
    fx: 'Rates of exchange, and quotes',
    analytics: 'Sums over all accounts',
    ledger: 'The books of the bank',
    feed: 'All events, for those who keep their own position',
    webhooks: 'Who is told of events by HTTP; served only where they are switched on',
  },
};

const tagsOfKit = {
  ops: 'For operators: views, messages, and work that goes on',
  service: 'The app itself',
};

const tagOf = (route: string, tags: About['tags']): string => {
  const [first = ''] = route.split('/');
  return Object.hasOwn(tags, first) ? first : 'service';
};

const describe = (
  endpoint: NamedEndpoint<never>,
  tags: About['tags'],
  schemas: Schemas,
  door: Door['kind'],
): object => {
  const { name, route, summary, access, params, query, headers, body, mayLackBody = false, example } = endpoint;
  // OpenAPI ignores a parameter `accept`: the content of a response says what a caller can ask for.
  const inHeader = schemas.parametersIn('header', headers).filter((parameter) => parameter.name !== 'accept');
  const headerNames = inHeader.map((parameter) => parameter.name);
  return {
    operationId: name,
    tags: [tagOf(route, tags)],
    summary,
    security: securityOf(access, door),
    parameters: [...schemas.parametersIn('path', params), ...schemas.parametersIn('query', query), ...inHeader],
    ...(body && {
      requestBody: { required: !mayLackBody, ...schemas.contentOf(body, 'input', 'application/json', example) },
    }),
    responses: responsesOf(endpoint, headerNames, schemas, door),
  };
};

const schemes = {
  key: { key: { type: 'apiKey', in: 'header', name: 'x-functions-key' } },
  token: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
};

/** What opens the endpoint: any one of the roles in a token, or a key. */
const securityOf = (access: Access, door: Door['kind']): object[] => {
  if (access === 'anonymous') return [];
  return door === 'token' ? requirementOf(access).roles.map((role) => ({ token: [role] })) : [{ key: [] }];
};
