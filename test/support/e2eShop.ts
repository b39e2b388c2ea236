import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import type { App } from './e2eApp.ts';
import { bodyOf, type Amount, type AuditedEvent, type Created, type Page, type Reply } from './e2eBank.ts';
import { eventually } from './e2eEventually.ts';

const path = (relative: string): string => fileURLToPath(new URL(`../../examples/shop/${relative}`, import.meta.url));

/** How to run the shop beside a bank. */
export const shopBeside = (bankUrl: string, env: Readonly<Record<string, string>> = {}) => ({
  entry: path('main.ts'),
  env: { BANK_URL: bankUrl, SMTP: 'smtp://127.0.0.1:1', ...env },
  flags: ['--topology', path('topology.json'), '--allow-host', 'localhost:7072'],
});

export type ShownOrder = {
  readonly id: string;
  readonly status: 'placed' | 'shipped' | 'cancelled';
  readonly payment: 'open' | 'held' | 'refused' | 'captured' | 'released';
  readonly isReserved: boolean;
  readonly isFlagged: boolean;
  readonly reason?: string;
  readonly total: Amount;
};

/** The shop as its clerks and buyers use it. */
export const clerkOf = (shop: Pick<App, 'bank' | 'inbox'>) => {
  const orderOf = async (id: string) => bodyOf((await shop.bank.get(`/orders/${id}`)) as Reply<ShownOrder>);
  return {
    async addProduct(price: string, units: number): Promise<string> {
      const body = { name: 'Teapot', price: { amount: price, currency: 'EUR' }, units };
      return bodyOf((await shop.bank.post('/products', body)) as Reply<Created>).id;
    },
    /** Returns its id, and the address of its buyer. */
    async order(product: string, account: string, units = 1) {
      const email = `${randomUUID()}@example.com`;
      const reply = (await shop.bank.post('/orders', { product, account, units, email })) as Reply<Created>;
      return { id: bodyOf(reply).id, email };
    },
    ship: (id: string) => shop.bank.post(`/orders/${id}/shipment`, {}),
    cancel: (id: string) => shop.bank.post(`/orders/${id}/cancellation`, {}),
    orderOf,
    /** Resolves once the order shows that. */
    shows: (id: string, expected: Partial<ShownOrder>) => eventually(() => orderOf(id)).toMatchObject(expected),
    /** Orders again until there are units for it: those of another order may be on their way back. */
    async orderOnceThereAreUnits(product: string, account: string, units: number): Promise<string> {
      let last = '';
      await eventually(async () => {
        ({ id: last } = await this.order(product, account, units));
        let seen = await orderOf(last);
        await eventually(async () => {
          seen = await orderOf(last);
          return seen.payment !== 'open' && (seen.isReserved || seen.status === 'cancelled');
        }).toBe(true);
        return seen.status;
      }).toBe('placed');
      return last;
    },
    async typesOf(id: string): Promise<string[]> {
      const { items } = bodyOf((await shop.bank.get(`/orders/${id}/events`)) as Reply<Page<AuditedEvent>>);
      return items.map(({ type }) => type);
    },
    async subjectsTo(address: string): Promise<string[]> {
      const { items } = (await (await fetch(`${shop.inbox}/_inbox`)).json()) as {
        items: readonly { to: readonly string[]; subject: string }[];
      };
      return items.filter(({ to }) => to.includes(address)).map(({ subject }) => subject);
    },
    async parked(): Promise<readonly unknown[]> {
      return bodyOf((await shop.bank.get('/ops/dead-letters')) as Reply<Page<unknown>>).items;
    },
  };
};

/** What the bank shows of an account, once that is so. */
export const accountShows = (bank: App['bank'], id: string, balance: string, available: string) =>
  eventually(async () => {
    const { balance: all, available: free } = bodyOf(await bank.account(id)) as unknown as Record<string, Amount>;
    return [all?.amount, free?.amount];
  }).toEqual([balance, available]);

/** Stands in front of a bank, at one address for all tests of a file: the bank may be away, answer nobody, or its answers may be lost. */
export const doorOfThisFile = (bank: () => string) => {
  const state = {
    /** What requests got an answer of the bank, which the caller has not got yet. */
    held: [] as string[],
    /** Keeps answers to requests whose path ends so. */
    holdBack: undefined as string | undefined,
    /** Answers all requests with this status, and the bank hears of none. */
    refusal: undefined as number | undefined,
  };
  const server = createServer((request, response) => {
    const serve = async () => {
      const { method, url = '' } = request;
      const body = await buffer(request);
      if (state.refusal !== undefined) {
        response.writeHead(state.refusal).end();
        return;
      }
      const { hostname: host, port } = new URL(bank());
      // The bank takes no requests for other hosts.
      const headers = { ...request.headers, host: `${host}:${port}` };
      const forwarded = send({ host, port, method, path: url, headers, agent: false }).end(body);
      const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
      const content = await buffer(answer);
      if (state.holdBack !== undefined && url.endsWith(state.holdBack)) state.held.push(url);
      else response.writeHead(answer.statusCode ?? 500, answer.rawHeaders).end(content);
    };
    serve().catch(() => response.destroy());
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(state, { url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
};
