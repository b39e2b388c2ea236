import { describe, expect, it, onTestFinished } from 'vitest';
import { cosmosWebhooks } from '../../../adapters/cosmos/webhooks.ts';
import { openWebhookSecrets } from '../../../adapters/signing/webhookSecrets.ts';
import { laterTriesMs } from '../../../application/laterTries.ts';
import { statusOfWebhooks } from '../../../application/webhooks/status.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { eventually } from '../../support/e2eEventually.ts';
import { answering, silent, startReceiver, verified } from '../../support/webhookReceiver.ts';
import { webhooksForTests } from '../../support/webhooks.ts';

const database = await cosmosForTests();
const hour = 3_600_000;
const day = 24 * hour;

/** Webhooks that no other test sees once it is over: each tells all that there are. */
const begin = (options?: Parameters<typeof webhooksForTests>[1]) => {
  const world = webhooksForTests(database, options);
  onTestFinished(async () => {
    for (const { id } of await world.first.manage.list()) await world.first.manage.remove(id);
  });
  return world;
};

describe('an event', () => {
  it('is told to the webhooks that want it, signed so that the library of Standard Webhooks knows it', async () => {
    const world = begin();
    const [all, some, none] = [await startReceiver(), await startReceiver(), await startReceiver()];
    const { id, secret } = await world.create(all.url);
    await world.create(some.url, ['AccountOpened']);
    await world.create(none.url, ['MoneyDeposited']);
    const event = await world.occur();
    await world.tell(event);

    expect([all.ids(), some.ids(), none.ids()]).toEqual([[event.id], [event.id], []]);
    const [message] = all.received;
    if (!message) throw new Error('There is a message');
    expect(verified(secret, message)).toEqual({ ...event, timestamp: event.time });
    expect(message.headers['content-type']).toBe('application/json');
    expect(() => verified(`whsec_${'A'.repeat(43)}=`, message)).toThrow();
    expect(await world.deliveriesOf(id)).toMatchObject([
      { id: `${id}:${event.id}`, eventId: event.id, status: 'succeeded', attempts: 1, lastStatus: 200 },
    ]);
    expect(await world.stateOf(id)).toMatchObject({ status: 'enabled', lastSuccessAt: expect.any(String) as string });
    expect(world.wakeups()).toBe(0);
  });

  it('is told once, however often and wherever its message comes', async () => {
    const world = begin();
    const receiver = await startReceiver();
    await world.create(receiver.url);
    const other = world.startInstance();
    const event = await world.occur();
    await Promise.all([world.tell(event), other.tell(event, false), world.first.tell(event, false)]);
    await world.pass(hour);
    await other.tell(event, false);
    expect(receiver.ids()).toEqual([event.id]);
  });

  it('is no news after seven days, and is none that was before the webhook: a restored store tells nothing old', async () => {
    const world = begin();
    const receiver = await startReceiver();
    await world.create(receiver.url);
    const old = await world.occur();
    const before = await world.occur(world.clock.now() - 1);
    await world.tell(before);
    await world.pass(7 * day + 1);
    await world.tell(old);
    await world.first.tell(old, false);
    expect(receiver.ids()).toEqual([]);
    expect(world.counted).toEqual(['old', 'old']);
    const young = await world.occur();
    await world.tell(young);
    expect(receiver.ids()).toEqual([young.id]);
  });

  it('that comes to wake the listener is no news: not to a webhook that was disabled when it was, or wanted other types', async () => {
    const world = begin();
    const [failing, off, other] = [await startReceiver(answering(500)), await startReceiver(), await startReceiver()];
    await world.create(failing.url);
    const disabled = await world.create(off.url);
    const { id } = await world.create(other.url, ['MoneyDeposited']);
    await world.first.manage.change(disabled.id, { status: 'disabled' });
    await world.tell(await world.occur());
    await world.first.manage.change(disabled.id, { status: 'enabled' });
    await world.first.manage.change(id, { types: [] });
    await world.pass(day);
    expect(failing.received.length).toBeGreaterThan(1);
    expect([off.ids(), other.ids()]).toEqual([[], []]);
  });

  it('is sent again by a replay with the same id, whatever its age, and also where that had succeeded', async () => {
    const world = begin();
    const receiver = await startReceiver();
    const before = await world.occur(world.clock.now() - 100 * day);
    const { id } = await world.create(receiver.url);
    const event = await world.occur();
    await world.tell(event);
    await world.pass(1);
    const since = new Date(world.clock.now()).toISOString();
    expect(await world.first.sendAgain(id, [before, event], since)).toBe(true);
    await world.pass(hour);
    const told = [before.id, event.id, event.id].sort();
    expect(receiver.ids().sort()).toEqual(told);
    // Two instances may work on a replay, and send a page of it twice.
    expect(await world.first.sendAgain(id, [before, event], since)).toBe(true);
    await world.pass(hour);
    expect(receiver.ids().sort()).toEqual(told);
    await world.first.manage.change(id, { status: 'disabled' });
    expect(await world.first.sendAgain(id, [event], since)).toBe(false);
  });
});

describe('a failed try', () => {
  it('is repeated after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h, each a fifth longer at most', async () => {
    const world = begin();
    const at: number[] = [];
    const receiver = await startReceiver((response) => {
      at.push(world.clock.now());
      response.writeHead(500).end();
    });
    const { id } = await world.create(receiver.url);
    const event = await world.occur();
    await world.tell(event);
    expect(await world.deliveriesOf(id)).toMatchObject([{ status: 'pending', attempts: 1, lastStatus: 500 }]);
    await world.pass(4.9 * day);
    expect(at).toHaveLength(10);
    at.slice(1).forEach((each, index) => {
      const [pause, least] = [each - (at[index] ?? 0), laterTriesMs[index] ?? 0];
      expect(pause).toBeGreaterThanOrEqual(least);
      expect(pause).toBeLessThanOrEqual(least * 1.2 + 1);
    });
    expect(new Set(receiver.ids())).toEqual(new Set([event.id]));
    expect(await world.deliveriesOf(id)).toMatchObject([{ status: 'failed', attempts: 10 }]);
    await world.pass(day);
    expect(await world.stateOf(id)).toMatchObject({ status: 'disabled', reason: 'failing' });
  });

  it('waits for as long as a 429 or a 503 asks for', async () => {
    const world = begin();
    const receiver = await startReceiver(answering(429, { 'retry-after': '3600' }));
    const { id } = await world.create(receiver.url);
    await world.tell(await world.occur());
    await world.pass(hour - 1);
    expect(receiver.received).toHaveLength(1);
    receiver.behave(answering(204));
    await world.pass(1);
    expect(await world.deliveriesOf(id)).toMatchObject([{ status: 'succeeded', attempts: 2, lastStatus: 204 }]);
    expect(await world.stateOf(id)).toMatchObject({ failures: 0, status: 'enabled' });
  });

  it('of a redirection is one like any other, which nobody follows', async () => {
    const world = begin();
    const elsewhere = await startReceiver();
    const receiver = await startReceiver(answering(307, { location: elsewhere.url }));
    const { id } = await world.create(receiver.url);
    await world.tell(await world.occur());
    expect(await world.deliveriesOf(id)).toMatchObject([{ status: 'pending', attempts: 1, lastStatus: 307 }]);
    expect(elsewhere.received).toEqual([]);
  });

  it('with 410 disables the webhook', async () => {
    const world = begin();
    const receiver = await startReceiver(answering(410));
    const { id } = await world.create(receiver.url);
    await world.tell(await world.occur());
    expect(await world.stateOf(id)).toMatchObject({ status: 'disabled', reason: 'gone' });
    expect(await world.deliveriesOf(id)).toMatchObject([{ status: 'failed', lastStatus: 410 }]);
    await world.tell(await world.occur());
    expect([receiver.received.length, (await world.deliveriesOf(id)).length, world.counted]).toEqual([1, 1, ['gone']]);
  });
});

describe('while Service Bus takes no message', () => {
  it('failed tries have the webhook rest, are tried again, and none of them counts', async () => {
    const world = begin();
    const receiver = await startReceiver(answering(500));
    const { id } = await world.create(receiver.url);
    const cut = world.startInstance({ wake: () => Promise.reject(new Error('The topic is full')) });
    const events = await Promise.all(Array.from({ length: 5 }, () => world.occur()));
    for (const event of events) {
      await expect(cut.tell(event, false)).rejects.toThrow('The topic is full');
      await cut.drain();
    }
    expect(await world.stateOf(id)).toMatchObject({ status: 'resting', failures: 5 });
    expect(
      new Set((await world.deliveriesOf(id)).map(({ attempts, lastStatus }) => `${attempts} ${lastStatus}`)),
    ).toEqual(new Set(['0 500']));
    receiver.behave(answering(200));
    await world.pass(61_000);
    // Their messages come again.
    for (const event of events) await world.tell(event);
    expect(new Set((await world.deliveriesOf(id)).map(({ status }) => status))).toEqual(new Set(['succeeded']));
  });
});

describe('a webhook that fails five times in a row', () => {
  it('wakes by a success that began before it rested', async () => {
    const world = begin();
    let answer: (() => void) | undefined;
    const receiver = await startReceiver();
    const { id } = await world.create(receiver.url);
    await world.tell(await world.occur());
    receiver.behave((response) => void (answer = () => response.writeHead(200).end()));
    const told = world.tell(await world.occur());
    await eventually(() => Promise.resolve(answer)).toBeDefined();
    receiver.behave(answering(500));
    for (let tells = 0; tells < 5; tells += 1) await world.first.tell(await world.occur(), false);
    await eventually(async () => (await world.stateOf(id)).status).toBe('resting');
    answer?.();
    await told;
    expect(await world.stateOf(id)).toMatchObject({ status: 'enabled', failures: 0 });
  });

  it('rests: one delivery is tried by the schedule, and the others wait and spend no try', async () => {
    const world = begin();
    const receiver = await startReceiver(answering(500));
    const { id } = await world.create(receiver.url);
    for (let tells = 0; tells < 5; tells += 1) await world.tell(await world.occur());
    expect(await world.stateOf(id)).toMatchObject({ status: 'resting', failures: 5 });
    for (let tells = 0; tells < 5; tells += 1) await world.tell(await world.occur());
    expect(receiver.received).toHaveLength(5);
    await world.pass(hour);
    const { probe } = await world.stateOf(id);
    const attempts = (await world.deliveriesOf(id)).map((each) => [each.id === probe, each.attempts]);
    expect(attempts.sort()).toEqual([
      ...[0, 0, 0, 0, 0, 1, 1, 1, 1].map((count) => [false, count]),
      // At once, after 5 s, 5 min and 30 min.
      [true, 4],
    ]);

    receiver.behave(answering(200));
    await world.pass(3 * hour);
    await eventually(async () => (await world.deliveriesOf(id)).map(({ status }) => status)).toEqual(
      Array.from({ length: 10 }, () => 'succeeded'),
    );
    expect(await world.stateOf(id)).toMatchObject({ status: 'enabled', failures: 0 });
  });

  it('is disabled after five days without success; what was pending has failed, and can be revived', async () => {
    const world = begin();
    const receiver = await startReceiver(answering(500));
    const { id } = await world.create(receiver.url);
    const since = new Date(world.clock.now()).toISOString();
    for (let tells = 0; tells < 8; tells += 1) await world.tell(await world.occur());
    await world.pass(5 * day - 1_000);
    expect((await world.stateOf(id)).status).toBe('resting');
    await world.pass(2_000);
    expect(await world.stateOf(id)).toMatchObject({ status: 'disabled', reason: 'failing' });
    expect(world.log).toContain('A webhook is disabled: failing');
    expect(new Set((await world.deliveriesOf(id)).map(({ status }) => status))).toEqual(new Set(['failed']));
    await world.tell(await world.occur());
    expect(await world.deliveriesOf(id)).toHaveLength(8);

    receiver.behave(answering(200));
    const enabled = await world.first.manage.change(id, { status: 'enabled' });
    if (!enabled || enabled === 'answered') throw new Error('It is there');
    expect(await world.first.manage.retrySince(enabled, since)).toBe(8);
    await world.pass(hour);
    expect(new Set((await world.deliveriesOf(id)).map(({ status }) => status))).toEqual(new Set(['succeeded']));
  });

  it('wakes by the success of a test, or when an operator enables it, and lets the operator choose what is tried', async () => {
    const world = begin();
    const receiver = await startReceiver(answering(500));
    const { id } = await world.create(receiver.url);
    for (let tells = 0; tells < 7; tells += 1) await world.tell(await world.occur());
    expect(await world.first.manage.test(id, 'test-1')).toMatchObject({ status: 500 });
    expect((await world.stateOf(id)).failures).toBe(5);
    const waiting = (await world.deliveriesOf(id)).find(({ attempts }) => attempts === 0);
    expect(await world.first.manage.retry(await world.stateOf(id), waiting?.id ?? '')).toBe(true);
    await world.pass(0);
    expect(receiver.ids().at(-1)).toBe(waiting?.eventId);
    receiver.behave(answering(200));
    expect(await world.first.manage.test(id, 'test-2')).toMatchObject({ status: 200 });
    await world.pass(hour);
    expect((await world.stateOf(id)).status).toBe('enabled');
    expect(new Set((await world.deliveriesOf(id)).map(({ status }) => status))).toEqual(new Set(['succeeded']));
  });
});

describe('a slow receiver', () => {
  it('that answers soon enough is not waited for where its places are taken', async () => {
    const world = begin();
    const waiting: (() => void)[] = [];
    const receiver = await startReceiver((response) => void waiting.push(() => response.writeHead(200).end()));
    await world.create(receiver.url);
    const endless = world.startInstance({ wait: () => new Promise<void>(() => undefined) });
    const [ninth, ...eight] = await Promise.all(Array.from({ length: 9 }, () => world.occur()));
    const first = eight.map((event) => endless.tell(event, false));
    await eventually(() => Promise.resolve(waiting.length)).toBe(8);
    if (ninth) await endless.tell(ninth, false);
    expect(receiver.received).toHaveLength(8);
    receiver.behave(answering(200));
    for (const answer of waiting) answer();
    await Promise.all(first);
    await endless.drain();
    expect(receiver.received).toHaveLength(9);
  });

  it('holds up neither the listener nor other webhooks, and gets eight messages at a time', async () => {
    const world = begin({ timeoutMs: 1_000 });
    const [slow, good] = [await startReceiver(silent), await startReceiver()];
    const { id } = await world.create(slow.url);
    await world.create(good.url);
    const events = await Promise.all(Array.from({ length: 30 }, () => world.occur()));
    await Promise.all(events.map((event) => world.first.tell(event, false)));
    expect(good.received).toHaveLength(30);
    expect((await world.deliveriesOf(id)).map(({ status }) => status)).not.toContain('succeeded');
    slow.behave(answering(200));
    // It has failed eight times at once by then, and rests.
    await eventually(async () => (await world.stateOf(id)).status).toBe('resting');
    await world.pass(hour);
    await eventually(async () => new Set((await world.deliveriesOf(id)).map(({ status }) => status))).toEqual(
      new Set(['succeeded']),
    );
    expect(slow.mostOpen()).toBeLessThanOrEqual(8);
  });
});

describe('a crash', () => {
  it('of the writing for one webhook while another is told fails the message, and nothing else', async () => {
    const world = begin();
    const [a, b] = [await startReceiver(), await startReceiver()];
    await world.create(a.url);
    const second = await world.create(b.url);
    let isDown = false;
    const crashing = world.startInstance({
      deliveries: {
        ...world.deliveries,
        create(delivery) {
          if (delivery.webhookId !== second.id) return world.deliveries.create(delivery);
          isDown = true;
          return Promise.reject(new Error('It crashed'));
        },
        update: (...given) => (isDown ? Promise.reject(new Error('It is down')) : world.deliveries.update(...given)),
      },
    });
    // What is under way fails after that. Were it left to nobody, it would end the process, and this test.
    await expect(crashing.tell(await world.occur(), false)).rejects.toThrow('It crashed');
    await eventually(() => Promise.resolve(world.log)).toContain('Deliveries wait: Error: It is down');
  });

  it('between a try and the note about it makes one more try, with the same id', async () => {
    const world = begin();
    const receiver = await startReceiver();
    const { id } = await world.create(receiver.url);
    const crashing = world.startInstance({
      deliveries: { ...world.deliveries, update: () => Promise.reject(new Error('It crashed')) },
    });
    const event = await world.occur();
    await world.tell(event, crashing);
    expect((await world.deliveriesOf(id)).map(({ status }) => status)).toEqual(['pending']);
    await world.pass(hour, world.startInstance());
    expect(receiver.ids()).toEqual([event.id, event.id]);
    expect((await world.deliveriesOf(id)).map(({ status }) => status)).toEqual(['succeeded']);
  });

  it('before anything was written down loses nothing: the message comes again', async () => {
    const world = begin();
    const receiver = await startReceiver();
    await world.create(receiver.url);
    const event = await world.occur();
    const crashing = world.startInstance({
      deliveries: { ...world.deliveries, create: () => Promise.reject(new Error('It crashed')) },
    });
    await expect(crashing.tell(event, false)).rejects.toThrow('It crashed');
    await world.tell(event);
    expect(receiver.ids()).toEqual([event.id]);
  });
});

describe('secrets', () => {
  it('sign both for a day after a new one came', async () => {
    const world = begin();
    const receiver = await startReceiver();
    const { id, secret } = await world.create(receiver.url);
    const rotated = await world.first.manage.rotate(id);
    if (!rotated || typeof rotated === 'string') throw new Error('It is there');
    await world.tell(await world.occur());
    const [message] = receiver.received;
    if (!message) throw new Error('There is a message');
    expect(String(message.headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const each of [secret, rotated.secret]) verified(each, message);
    await world.pass(day);
    await world.tell(await world.occur());
    expect(String(receiver.received[1]?.headers['webhook-signature']).split(' ')).toHaveLength(1);
  });

  it('are ten at most: one more is refused, since it would end a secret before its day is over', async () => {
    const world = begin();
    const receiver = await startReceiver();
    const { id, secret } = await world.create(receiver.url);
    for (let count = 1; count < 10; count += 1) expect(await world.first.manage.rotate(id)).toHaveProperty('secret');
    expect(await world.first.manage.rotate(id)).toBe('tooMany');
    await world.tell(await world.occur());
    const [message] = receiver.received;
    if (!message) throw new Error('There is a message');
    verified(secret, message);
    await world.pass(day);
    expect(await world.first.manage.rotate(id)).toHaveProperty('secret');
  });

  it("are sealed anew when the app's secret is replaced; once its key is gone, the webhook is disabled", async () => {
    const world = begin();
    const receiver = await startReceiver();
    const { id, secret } = await world.create(receiver.url);
    const [former, next] = ['the secret of the app', 'the next secret of the app'];
    const [before] = (await world.stateOf(id)).secrets;
    const both = world.startInstance({ appSecrets: [next, former] });
    await both.manage.reseal();
    const [after] = (await world.stateOf(id)).secrets;
    expect([after?.key === before?.key, openWebhookSecrets([next]).open(id, after ?? { key: '', sealed: '' })]).toEqual(
      [false, secret],
    );
    await world.tell(await world.occur(), world.startInstance({ appSecrets: [next] }));
    expect(receiver.received).toHaveLength(1);

    const lost = world.startInstance({ appSecrets: ['a secret that never was'] });
    await world.tell(await world.occur(), lost);
    expect(await world.stateOf(id)).toMatchObject({ status: 'disabled', reason: 'secretLost' });
    expect(receiver.received).toHaveLength(1);
    expect(await lost.manage.test(id, 'test')).toBe('secretLost');
    await lost.manage.rotate(id);
    await lost.manage.change(id, { status: 'enabled' });
    expect(await lost.manage.test(id, 'test')).toMatchObject({ status: 200 });
  });
});

describe('webhooks', () => {
  it('are fifty at most, also where many come at once', async () => {
    const world = begin();
    const receiver = await startReceiver();
    for (let count = 0; count < 48; count += 1) await world.create(receiver.url);
    await world.pass(1);
    const last = await Promise.allSettled(Array.from({ length: 6 }, () => world.create(receiver.url)));
    expect((await world.first.manage.list()).length).toBeLessThanOrEqual(50);
    expect(last.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(2);
  });

  it('are changed for every try that begins after that: what is disabled or deleted is tried no more', async () => {
    const world = begin();
    const receiver = await startReceiver(answering(500));
    const { id } = await world.create(receiver.url);
    await world.tell(await world.occur());
    await world.first.manage.change(id, { types: ['MoneyDeposited'] });
    await world.pass(hour);
    expect(await world.deliveriesOf(id)).toMatchObject([{ status: 'failed', lastError: 'typeNotWanted' }]);
    await world.first.manage.change(id, { types: [] });
    await world.tell(await world.occur());
    await world.first.manage.remove(id);
    await world.pass(day);
    expect(receiver.received).toHaveLength(2);
  });
});

describe('the status of webhooks', () => {
  it('is what is pending, since when, and why one is disabled', async () => {
    const world = begin();
    const receiver = await startReceiver(answering(500));
    const { id } = await world.create(receiver.url);
    const { deliveries, clock } = world;
    const statuses = statusOfWebhooks({ webhooks: cosmosWebhooks(database.container('webhooks')), deliveries, clock });
    const [first, second] = [await world.occur(), await world.occur(clock.now() + 1)];
    await world.tell(second);
    await world.tell(first);
    const about = { name: `webhook:${id}`, kind: 'webhook', parked: 0 };
    expect(await statuses()).toEqual([{ ...about, state: 'live', behind: 2, oldest: first.time }]);
    await world.first.manage.change(id, { status: 'disabled' });
    await world.pass(5_000);
    expect(await statuses()).toEqual([
      { ...about, state: 'disabled', reason: 'operator', behind: 0, oldest: undefined },
    ]);
  });
});
