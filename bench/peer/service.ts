import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dumbo } from '@event-driven-io/dumbo';
import { CommandHandler, EmmettError, NotFoundError, projections, ValidationError } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import { decide, evolve, initialState, type AccountCommand } from './account.ts';
import { findSummary, summary } from './summary.ts';

const [connectionString = ''] = process.argv.slice(2);
const store = getPostgreSQLEventStore(connectionString, { projections: projections.inline([summary]) });
await store.schema.migrate();
const { execute } = dumbo({ connectionString });

/** Loads the stream, decides and appends with the version that it loaded; on a conflict it begins again. */
const handle = CommandHandler({ evolve, initialState, retry: { onVersionConflict: true } });
const run = (command: AccountCommand) =>
  handle(store, `account-${command.data.accountId}`, (state) => decide(command, state));

type Body = Record<string, unknown>;

const openAccount = async ({ customerId, currency }: Body) => {
  if (typeof customerId !== 'string') throw new ValidationError('customerId must be a string');
  if (typeof currency !== 'string') throw new ValidationError('currency must be a string');
  const accountId = crypto.randomUUID();
  await run({ type: 'OpenAccount', data: { accountId, customerId, currency } });
  return { id: accountId, version: 1, position: `${accountId}:1` };
};

const deposit = async (accountId: string, { amount, currency, reference }: Body) => {
  if (typeof amount !== 'string' || !/^\d{1,13}\.\d\d$/.test(amount)) throw new ValidationError('amount is like 12.34');
  if (typeof currency !== 'string') throw new ValidationError('currency must be a string');
  const { newEvents, nextExpectedStreamVersion } = await run({
    type: 'DepositMoney',
    data: {
      accountId,
      amount: Number(amount.replace('.', '')),
      currency,
      ...(typeof reference === 'string' && { reference }),
    },
  });
  const [event] = newEvents;
  if (event?.type !== 'MoneyDeposited') throw new Error('A deposit is one event');
  const position = `${accountId}:${nextExpectedStreamVersion}`;
  return {
    transactionId: position,
    version: Number(nextExpectedStreamVersion),
    position,
    balance: amountOf(event.data.balance, currency),
  };
};

const getAccount = async (accountId: string) => {
  const row = await findSummary(execute, accountId);
  if (!row) throw new NotFoundError({ id: accountId, type: 'account' });
  const { customer_id: customerId, currency, balance, version } = row;
  return { id: accountId, customerId, currency, balance: amountOf(Number(balance), currency), version };
};

const amountOf = (minor: number, currency: string) => ({ amount: (minor / 100).toFixed(2), currency });

const bodyOf = (request: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => resolve(text)).on('error', reject);
  });

const answer = async (request: IncomingMessage): Promise<[status: number, body: object]> => {
  const [, id, deposits] = /^\/api\/accounts(?:\/([\w-]+)(\/deposits)?)?$/.exec(request.url ?? '') ?? [];
  try {
    if (request.method === 'GET') return [200, await getAccount(id ?? '')];
    const body = JSON.parse(await bodyOf(request)) as Body;
    return [201, id !== undefined && deposits ? await deposit(id, body) : await openAccount(body)];
  } catch (error) {
    return [EmmettError.isInstanceOf(error) ? error.errorCode : 500, { title: String(error) }];
  }
};

const server = createServer((request, response) => {
  void answer(request).then(([status, body]) => {
    const text = JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => process.exit());
