import { randomUUID } from 'node:crypto';

export type Amount = { readonly amount: string; readonly currency: string };
export type Created = { readonly id: string; readonly version: number; readonly position: string };
export type Moved = {
  readonly transactionId: string;
  readonly version: number;
  readonly position: string;
  readonly balance: Amount;
};
export type Customer = {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly version: number;
  readonly accounts: readonly { id: string; currency: string; balance: Amount; version: number }[];
  readonly totals: readonly Amount[];
};
export type Changed = Pick<Moved, 'version' | 'position'>;
export type Choice = { readonly types: readonly string[]; readonly above?: Amount };
export type CustomerLine = Pick<Customer, 'id' | 'firstName' | 'lastName' | 'email'> & { readonly accounts: number };
export type Account = {
  readonly id: string;
  readonly customerId: string;
  readonly customerName: string;
  readonly currency: string;
  readonly balance: Amount;
  readonly status: 'open' | 'frozen' | 'closed';
  readonly held: Amount;
  readonly available: Amount;
  readonly inTransit: Amount;
  readonly version: number;
  readonly openedAt: string;
  readonly updatedAt: string;
};
export type Transaction = {
  readonly id: string;
  readonly type: 'deposit' | 'withdrawal';
  readonly amount: Amount;
  readonly balanceAfter: Amount;
  readonly reference: string | null;
  readonly occurredAt: string;
  readonly version: number;
};
export type AuditedEvent = {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly version: number;
  readonly data: Readonly<Record<string, unknown>> & { readonly amount?: Amount; readonly balance?: Amount };
  readonly occurredAt: string;
  readonly actor: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent: string;
};

/** Of a currency with two decimals; 0 where there is no amount. */
export const centsOf = (amount: Amount | undefined): number => Math.round(Number(amount?.amount ?? 0) * 100);

/** The data of a movement or of another event as it is stored, and as messages have it. */
export const storedData = ({ amount, balance, ...data }: AuditedEvent['data']) => ({
  ...data,
  ...(amount && { amount: { minor: centsOf(amount), currency: amount.currency } }),
  ...(balance && { balance: centsOf(balance) }),
});

export type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor?: string };

/** `body` is what the contract promises with a success; of a refusal it is a problem document. */
export type Reply<Body = unknown> = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
};

export type SentHeaders = Readonly<Record<string, string>>;
type Movement = { readonly currency?: string; readonly reference?: string };
export type Query = Readonly<Record<string, string | number>>;

export const newEmail = (): string => `${randomUUID()}@example.com`;

const queryOf = (query: Query): string => {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.append(name, String(value));
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
};

/** Speaks to the app over HTTP as any client would, with some headers always; nothing is hidden, and nothing retried. */
export const createBankClient = (origin: string, always: SentHeaders = {}) => {
  /** `path` begins below the origin. */
  const request = async (path: string, init: RequestInit = {}): Promise<Reply> => {
    const headers = new Headers(always);
    new Headers(init.headers).forEach((value, name) => headers.set(name, value));
    const response = await fetch(`${origin}${path}`, { ...init, headers });
    const text = await response.text();
    const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
    const body: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, body };
  };
  const get = (path: string, query: Query = {}, headers: SentHeaders = {}) =>
    request(`/api${path}${queryOf(query)}`, { headers });
  const post = (path: string, body: unknown, headers: SentHeaders = {}) =>
    request(`/api${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const put = (path: string, body: unknown, headers: SentHeaders = {}) =>
    request(`/api${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const move = (kind: 'deposits' | 'withdrawals', id: string, amount: string, body: Movement, headers?: SentHeaders) =>
    post(`/accounts/${id}/${kind}`, { amount, currency: 'EUR', ...body }, headers) as Promise<Reply<Moved>>;

  return {
    origin,
    request,
    get,
    post,
    put,
    createCustomer: (body: Partial<Pick<Customer, 'firstName' | 'lastName' | 'email'>> = {}, headers?: SentHeaders) =>
      post('/customers', { firstName: 'Ada', lastName: 'Lovelace', email: newEmail(), ...body }, headers) as Promise<
        Reply<Created>
      >,
    renameCustomer: (id: string, body: Pick<Customer, 'firstName' | 'lastName'>, headers?: SentHeaders) =>
      post(`/customers/${id}/name`, body, headers) as Promise<Reply<Changed>>,
    changeEmail: (id: string, email: string, headers?: SentHeaders) =>
      post(`/customers/${id}/email`, { email }, headers) as Promise<Reply<Changed>>,
    chooseNotifications: (id: string, choice: Choice, headers?: SentHeaders) =>
      put(`/customers/${id}/notifications`, choice, headers) as Promise<Reply<Choice & Changed>>,
    notifications: (id: string, query?: Query, headers?: SentHeaders) =>
      get(`/customers/${id}/notifications`, query, headers) as Promise<Reply<Choice & Changed>>,
    openAccount: (customerId: string, currency = 'EUR', headers?: SentHeaders) =>
      post('/accounts', { customerId, currency }, headers) as Promise<Reply<Created>>,
    deposit: (id: string, amount: string, body: Movement = {}, headers?: SentHeaders) =>
      move('deposits', id, amount, body, headers),
    withdraw: (id: string, amount: string, body: Movement = {}, headers?: SentHeaders) =>
      move('withdrawals', id, amount, body, headers),
    customer: (id: string, query?: Query, headers?: SentHeaders) =>
      get(`/customers/${id}`, query, headers) as Promise<Reply<Customer>>,
    customers: (query?: Query, headers?: SentHeaders) =>
      get('/customers', query, headers) as Promise<Reply<Page<CustomerLine>>>,
    account: (id: string, query?: Query, headers?: SentHeaders) =>
      get(`/accounts/${id}`, query, headers) as Promise<Reply<Account>>,
    transactions: (id: string, query?: Query, headers?: SentHeaders) =>
      get(`/accounts/${id}/transactions`, query, headers) as Promise<Reply<Page<Transaction>>>,
    events: (id: string, query?: Query, headers?: SentHeaders) =>
      get(`/accounts/${id}/events`, query, headers) as Promise<Reply<Page<AuditedEvent>>>,
  };
};
export type BankClient = ReturnType<typeof createBankClient>;

/** The body of a success; throws with all of the answer otherwise. */
export const bodyOf = <Body>({ status, text, body }: Reply<Body>): Body => {
  if (status >= 300) throw new Error(`Answered ${status}: ${text}`);
  return body;
};

export const newCustomer = async (bank: BankClient): Promise<string> => bodyOf(await bank.createCustomer()).id;

/** An account of a new customer, which holds the given balance. */
export const newAccount = async (bank: BankClient, balance?: string, currency = 'EUR') => {
  const customerId = await newCustomer(bank);
  const { id } = bodyOf(await bank.openAccount(customerId, currency));
  if (balance !== undefined) bodyOf(await bank.deposit(id, balance, { currency }));
  return { id, customerId };
};

/** All items of a list, page after page. */
export const allPages = async <Item>(
  list: (query: Query) => Promise<Reply<Page<Item>>>,
  query: Query = { limit: 200 },
): Promise<Item[]> => {
  const items: Item[] = [];
  for (let cursor: string | undefined; ;) {
    const page = bodyOf(await list(cursor === undefined ? query : { ...query, cursor }));
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === undefined) return items;
  }
};

export const allEvents = (bank: BankClient, accountId: string): Promise<AuditedEvent[]> =>
  allPages((query) => bank.events(accountId, query));

export const times = <Result>(count: number, work: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/** How many replies have each status. */
export const statusesOf = (replies: readonly Reply[]): Record<number, number> =>
  Object.fromEntries([...Map.groupBy(replies, ({ status }) => status)].map(([status, same]) => [status, same.length]));
