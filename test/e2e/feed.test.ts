import { randomUUID } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, type BankClient, type Query, type Reply } from '../support/e2eBank.ts';

const app = appOfThisFile({ flags: ['--cosmos-partitions', '3'] });

type CloudEvent = {
  readonly id: string;
  readonly type: string;
  readonly aggregateid: string;
  readonly aggregate: string;
};
type FeedPage = { readonly items: readonly CloudEvent[]; readonly next: string; readonly more: boolean };

const feed = (query: Query = {}, headers = {}, bank: BankClient = app.bank) =>
  bank.get('/feed', query, headers) as Promise<Reply<FeedPage>>;
const now = async () => bodyOf(await feed({ after: 'now' })).next;
const readAll = async (query: Query) => {
  const items: CloudEvent[] = [];
  for (let page = bodyOf(await feed(query)); ; page = bodyOf(await feed({ ...query, after: page.next }))) {
    items.push(...page.items);
    if (!page.more) return items;
  }
};
/** Each request comes from an address of its own. */
const from = (address: number) => ({ 'x-forwarded-for': `203.0.113.${address}:80` });

describe('the feed', () => {
  it('has every event from any position, each as its message', async () => {
    const start = await now();
    const { id, customerId } = await newAccount(app.bank, '10');
    const deposited = bodyOf(await app.bank.deposit(id, '1'));
    const items = await readAll({ after: start, limit: 1 });
    expect(items.map((item) => item.id).toSorted()).toEqual(
      [`${customerId}:1`, `${id}:1`, `${id}:2`, deposited.position].toSorted(),
    );
    expect(items.filter(({ aggregateid }) => aggregateid === id).map((item) => item.id)).toEqual([
      ...[`${id}:1`, `${id}:2`, `${id}:3`],
    ]);
    expect(items.find((item) => item.id === `${id}:2`)).toMatchObject({
      ...{ specversion: '1.0', source: 'urn:daybook:account', type: 'MoneyDeposited', schemaversion: 1 },
      data: { amount: { minor: 1_000, currency: 'EUR' } },
    });
    const all = await readAll({});
    expect(all.map((item) => item.id)).toEqual(expect.arrayContaining(items.map((item) => item.id)));
    expect(await readAll({ after: '1969-01-01T00:00:00Z' })).toHaveLength(all.length);
  });

  it('has those of an aggregate, of a kind or of a type alone where that is asked for', async () => {
    const after = await now();
    const { id, customerId } = await newAccount(app.bank, '10');
    const idsOf = async (query: Query) => (await readAll({ after, ...query })).map((item) => item.id);
    expect(await idsOf({ aggregate: id.toUpperCase() })).toEqual([`${id}:1`, `${id}:2`]);
    expect(await idsOf({ aggregate: 'customer' })).toEqual([`${customerId}:1`]);
    expect(await idsOf({ type: 'MoneyDeposited', aggregate: 'account' })).toEqual([`${id}:2`]);
    expect(await idsOf({ aggregate: randomUUID() })).toEqual([]);
  });

  it('goes on from a position that is older than a split', async () => {
    const after = await now();
    const { id } = await newAccount(app.bank, '10');
    bodyOf(await app.bank.deposit(id, '1'));
    await app.cosmosFaults.split('events', '1');
    const ids = (await readAll({ after, aggregate: id, limit: 1 })).map((item) => item.id);
    expect(ids).toEqual([`${id}:1`, `${id}:2`, `${id}:3`]);
  });

  it.each([
    ['/query/after', { after: 'rubbish' }],
    ['/query/after', { after: '' }],
    ['/query/after', { after: '2026-13-01T00:00:00Z' }],
    ['/query/after', { after: '2999-01-01T00:00:00Z' }],
    ['/query/after', { after: 'A'.repeat(4_001) }],
    ['/query/aggregate', { aggregate: 'bank' }],
    ['/query/type', { type: 'Nothing' }],
    ['/query/limit', { limit: 201 }],
    ['/query/wait', { wait: 21 }],
    ['/query/wait', { wait: 'long' }],
    ['/query/cursor', { cursor: 'x' }],
  ])('answers 400 at %s to %o', async (pointer, query) => {
    const { status, body } = await feed(query);
    expect({ status, body }).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('answers 410 to positions of another store, and to those ahead of this one', async () => {
    const [rid, ranges] = JSON.parse(inflateRawSync(Buffer.from(await now(), 'base64url')).toString()) as [
      string,
      [string, number][],
    ];
    const ahead = ranges.map(([max, lsn]) => [max, lsn + 1_000_000_000]);
    for (const position of [
      ['HBxQANzq4Cg=', ranges],
      [rid, ahead],
    ]) {
      const after = deflateRawSync(JSON.stringify(position)).toString('base64url');
      expect(await feed({ after, wait: 1 })).toMatchObject({ status: 410, body: { code: 'PositionGone' } });
    }
  });

  it('leaves out what is no commit, which is a gap until somebody deletes it', async () => {
    const after = await now();
    const aggregateId = randomUUID();
    const rubbish = { id: '000000000009', aggregateId, commandId: 'u:rubbish', version: 'nine' };
    const { resource } = await app.database.container('events').items.create(rubbish);
    const { id } = await newAccount(app.bank);
    expect((await readAll({ after, aggregate: 'account' })).map((item) => item.id)).toEqual([`${id}:1`]);
    const gaps = async () =>
      bodyOf(await app.bank.get('/ops/gaps')) as { items: readonly { projection: string; aggregateId: string }[] };
    expect((await gaps()).items).toContainEqual(
      expect.objectContaining({ projection: 'feed', aggregateId, position: 8, version: 9 }),
    );
    await app.database.container('events').item(String(resource?.id), aggregateId).delete();
    await app.runTimer('reconcileViews');
    await expect
      .poll(async () => (await gaps()).items)
      .not.toContainEqual(expect.objectContaining({ projection: 'feed' }));
  });
});

describe('waiting at the end of the feed', () => {
  it('ends with what this instance appends, and with what another one does', async () => {
    const other = await app.startInstance();
    try {
      for (const bank of [app.bank, other.bank]) {
        const waiting = feed({ after: await now(), aggregate: 'account', wait: 20 });
        const { id } = await newAccount(bank);
        expect(bodyOf(await waiting).items.map((item) => item.id)).toEqual([`${id}:1`]);
      }
    } finally {
      await other.stop();
    }
  });

  it('is for two of a caller and eight in all: of a hundred, the others get their answer at once', async () => {
    const { id } = await newAccount(app.bank);
    const query = { after: await now(), wait: 20 };
    let atOnce = 0;
    const hundred = Array.from({ length: 100 }, async (_, at) => {
      const reply = await feed(query, from(at % 50));
      const didNotWait = reply.headers.get('retry-after') === '1';
      if (didNotWait) atOnce += 1;
      return { page: bodyOf(reply), didNotWait };
    });
    await expect.poll(() => atOnce).toBe(92);
    const deposited = bodyOf(await app.bank.deposit(id, '1'));
    const answers = await Promise.all(hundred);
    for (const { page, didNotWait } of answers) {
      expect(page.items.map((item) => item.id)).toEqual(didNotWait ? [] : [deposited.position]);
    }
    expect(atOnce).toBe(92);
  });

  it('is counted together with waiting for transfers', async () => {
    const [sender, receiver] = [await newAccount(app.bank, '10'), await newAccount(app.bank)];
    const asked = [1, 2, 3].map(() => feed({ after: 'now', type: 'RateSet', wait: 20 }, from(1)));
    // Two of them wait by now.
    expect((await Promise.race(asked)).headers.get('retry-after')).toBe('1');
    const transfer = { to: receiver.id, amount: '1', currency: 'EUR' };
    const prefer = { prefer: 'wait=5', ...from(1) };
    const sent = await app.bank.post(`/accounts/${sender.id}/transfers`, transfer, prefer);
    expect(sent).toMatchObject({ status: 201, body: { status: 'inTransit' } });
    expect(sent.headers.get('retry-after')).toBe('1');
    await app.bank.put('/ops/fx/rates/EUR-USD', { rate: '1.1', source: 'test' });
    const told = (await Promise.all(asked)).filter(({ headers }) => headers.get('retry-after') === null);
    expect(told.map((answer) => bodyOf(answer).items)).toMatchObject([[{ type: 'RateSet' }], [{ type: 'RateSet' }]]);
  });

  it('ends early when the instance stops', async () => {
    const other = await app.startInstance();
    const after = bodyOf(await feed({ after: 'now' }, {}, other.bank)).next;
    const asked = [1, 2, 3].map(() => feed({ after, wait: 20 }, {}, other.bank));
    expect((await Promise.race(asked)).headers.get('retry-after')).toBe('1');
    await other.stop();
    const answers = await Promise.all(asked);
    for (const answer of answers) expect(bodyOf(answer)).toMatchObject({ items: [], more: false });
    expect(answers.filter(({ headers }) => headers.get('retry-after') === null)).toHaveLength(2);
  });
});
