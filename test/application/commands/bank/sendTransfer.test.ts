import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../../adapters/cosmos/eventStore.ts';
import { account } from '../../../../domain/account/account.ts';
import { quote as schema, type Quote } from '../../../../domain/quote.ts';
import { commitOf, deposited, eur, JPY, opened } from '../../../support/bank.ts';
import { requestFor } from '../../../support/commandRequest.ts';
import { cosmosForTests } from '../../../support/cosmos.ts';
import { instanceAt } from '../../../support/emailBank.ts';
import { memoryEmailClaims } from '../../../support/memoryBank.ts';

const eventStore = cosmosEventStore((await cosmosForTests()).container('events'));
const now = Date.UTC(2026, 0, 2);
const bank = instanceAt(now, { eventStore, claims: memoryEmailClaims() });
const unfolded = { state: {}, stateVersion: 99 };
const [from, to, rate] = [randomUUID(), randomUUID(), randomUUID()];
await eventStore.append([commitOf('account', from, 0, [opened(), deposited(900, 900)])], unfolded);
const inYen = { type: 'AccountOpened', data: { customerId: 'c', currency: JPY } } as const;
await eventStore.append([commitOf('account', to, 0, [inYen])], unfolded);
const set = { base: eur(0).currency, quote: JPY, rate: '161.26', source: 'ECB' };
await eventStore.append([commitOf('rate', rate, 0, [{ type: 'RateSet', data: set }])], unfolded);

const yen = (minor: number) => ({ minor, currency: JPY });
const expiresAt = new Date(now + 60_000).toISOString();
const promised: Quote = { sell: eur(400), buy: yen(645), rate: '161.26', rateId: `${rate}:1`, expiresAt };

const send = (quote: Quote) => {
  const receiver = { isSame: false, receiver: undefined };
  const command = { type: 'SendTransfer', to, amount: quote.sell, quote: schema.parse(quote), ...receiver } as const;
  return bank.execute(account, from, requestFor(command));
};

describe('a transfer into another currency', () => {
  it('goes by the rate that the bank has set', async () => {
    expect(await send(promised)).toMatchObject({ outcome: 'done', commit: { version: 3 } });
  });

  it.each<[string, Partial<Quote>]>([
    ['brings more than its rate does', { buy: yen(646) }],
    ['has another rate', { rate: '1612.6', buy: yen(6450) }],
    ['sells what the rate does not exchange', { sell: yen(400) }],
    ['buys what the rate does not bring', { buy: eur(645) }],
    ['names an event that there is not', { rateId: `${randomUUID()}:1` }],
    ['names an event that is no rate', { rateId: `${from}:1` }],
  ])('is refused where a quote %s, whoever signed it', async (_, changed) => {
    const refused = { outcome: 'rejected', rejection: { code: 'ForeignQuote' } };
    expect(await send({ ...promised, ...changed })).toEqual(refused);
  });
});
