import { bodyOf, newEmail, type BankClient, type Reply } from './e2eBank.ts';

type Described = {
  readonly operationId: string;
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly example?: object } } };
  readonly security: readonly Readonly<Record<string, string[]>>[];
  readonly responses: Readonly<Record<string, unknown>>;
};

/** An endpoint of the API as its OpenAPI document describes it. */
export type Operation = {
  readonly id: string;
  readonly method: string;
  /** With {parameters}. */
  readonly path: string;
  /** Each opens it; none where it is open to all. */
  readonly roles: readonly string[];
  readonly security: Described['security'];
  readonly statuses: readonly string[];
  /** A good body, but for the ids in it. */
  readonly example: object | undefined;
};

export const operationsOf = async (bank: BankClient): Promise<Operation[]> => {
  const document = bodyOf(await bank.get('/openapi.json')) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security, responses, requestBody }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      roles: security.flatMap((scheme) => scheme.token ?? []),
      security,
      statuses: Object.keys(responses),
      example: requestBody?.content['application/json'].example,
    })),
  );
};

export type Target = { readonly customerId: string; readonly accountId: string };

/** A good request to the endpoint, for that customer or account. */
export const call = (
  bank: BankClient,
  { method, path, example = {} }: Operation,
  { customerId, accountId }: Target,
  { query = '', headers = {} }: { query?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Reply> => {
  const to = path
    .replace('{id}', path.includes('/accounts') ? accountId : customerId)
    .replace(/\{(hold|transfer|transaction)Id\}/, `${accountId}:3`)
    .replace('{month}', new Date().toISOString().slice(0, 7))
    .replace('{pair}', 'EUR-USD')
    .replace(/\{\w+\}/, accountId);
  const hasBody = method === 'POST' || method === 'PUT';
  const body =
    'email' in example
      ? { ...example, email: newEmail() }
      : { ...example, ...('customerId' in example && { customerId }) };
  return bank.request(to + query, {
    method,
    headers: { ...headers, ...(hasBody && { 'content-type': 'application/json' }) },
    ...(hasBody && { body: JSON.stringify(body) }),
  });
};
