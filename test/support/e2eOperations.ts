import { bodyOf, newEmail, type BankClient, type Reply } from './e2eBank.ts';

type Described = {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, string[]>>[];
  readonly responses: Readonly<Record<string, unknown>>;
};

/** An operation of the API as its OpenAPI document has it. */
export type Operation = {
  readonly id: string;
  readonly method: string;
  /** With {parameters}. */
  readonly path: string;
  /** Each opens it; none where it is open to all. */
  readonly roles: readonly string[];
  readonly security: Described['security'];
  readonly statuses: readonly string[];
};

export const operationsOf = async (bank: BankClient): Promise<Operation[]> => {
  const document = bodyOf(await bank.get('/openapi.json')) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security, responses }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      roles: security.flatMap((scheme) => scheme.token ?? []),
      security,
      statuses: Object.keys(responses),
    })),
  );
};

/** Bodies that are good, for an operation that names this customer. */
const bodies: Readonly<Record<string, (customerId: string) => object>> = {
  createCustomer: () => ({ firstName: 'Ada', lastName: 'Lovelace', email: newEmail() }),
  openAccount: (customerId) => ({ customerId, currency: 'EUR' }),
  depositMoney: () => ({ amount: '1', currency: 'EUR' }),
  withdrawMoney: () => ({ amount: '1', currency: 'EUR' }),
};

export type Target = { readonly customerId: string; readonly accountId: string };

/** A good request for the operation on that customer or account. */
export const call = (
  bank: BankClient,
  { id, method, path }: Operation,
  { customerId, accountId }: Target,
  { query = '', headers = {} }: { query?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Reply> => {
  const to = path.replace('{id}', path.includes('/accounts') ? accountId : customerId).replace(/\{\w+\}/, accountId);
  const body = bodies[id]?.(customerId);
  return bank.request(to + query, {
    method,
    headers: { ...headers, ...(method === 'POST' && { 'content-type': 'application/json' }) },
    ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
  });
};
