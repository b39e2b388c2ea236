import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosChangeFeed } from '../../../adapters/cosmos/changeFeed.ts';
import { cosmosCheckpoints } from '../../../adapters/cosmos/checkpoints.ts';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosFeedPages } from '../../../adapters/cosmos/feedPages.ts';
import { positionOfToken, writePosition } from '../../../adapters/cosmos/feedPosition.ts';
import { cosmosParking } from '../../../adapters/cosmos/parking.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import { createStreamer, type StreamerOptions } from '../../../application/streaming/streamer.ts';
import type { Stream } from '../../../application/streaming/ports.ts';
import { commitOf, deposited, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';

const database = await cosmosForTests();
const events = database.container('events');
const store = cosmosEventStore(events);
const parking = cosmosParking(database.container('parked'), { now: () => Date.now() });

const append = async (id: string = randomUUID(), after = 0) => {
  const made = after === 0 ? [opened(), deposited(1, 1)] : [deposited(1, 1)];
  await store.append([commitOf('account', id, after, made)], { state: {}, stateVersion: 1 });
  return id;
};

/** A log, the instances that send to it, and a clock that stands until somebody moves it. */
const streamOfTest = () => {
  const name = randomUUID();
  const clock = { nowMs: Date.now(), now: () => clock.nowMs };
  const sent: string[] = [];
  const parked: string[] = [];
  const instance = (takes: Stream['append'] = () => Promise.resolve([]), further: Partial<StreamerOptions> = {}) =>
    createStreamer({
      name,
      changeFeed: cosmosChangeFeed(events),
      checkpoints: cosmosCheckpoints(database.container('checkpoints')),
      stream: {
        async append(messages, signal) {
          const refused = await takes(messages, signal);
          sent.push(...messages.filter((message) => !refused.includes(message)).map(({ id }) => id));
          return refused;
        },
      },
      parking: {
        async park(listener, message) {
          parked.push(message.messageId);
          await parking.park(listener, message);
        },
        count: (listener) => parking.count(listener),
      },
      positionInFeed: (position) => writePosition(positionOfToken(position)),
      clock,
      log: () => undefined,
      holder: randomUUID(),
      ...further,
    });
  return { clock, sent, parked, instance, soon: () => clock.nowMs + 60_000 };
};

describe('a streamer', () => {
  it('sends every event in the order of its aggregate, and each run only what is new', async () => {
    const { sent, instance, soon } = streamOfTest();
    const first = await append();
    const streamer = instance();
    await streamer.run(soon());
    expect(sent.filter((id) => id.startsWith(first))).toEqual([`${first}:1`, `${first}:2`]);
    sent.length = 0;
    await streamer.run(soon());
    expect(sent).toEqual([]);
    await append(first, 2);
    await instance().run(soon());
    expect(sent).toEqual([`${first}:3`]);
  });

  it('waits while another instance has the lease, and takes over once it has run out; who lost it saves nothing', async () => {
    const { clock, sent, instance, soon } = streamOfTest();
    const id = await append();
    const { promise: paused, resolve: letGo } = Promise.withResolvers<undefined>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
    const slow = instance(async () => {
      begin(undefined);
      await paused;
      return [];
    });
    const run = slow.run(soon());
    await begun;
    const other = instance();
    await other.run(soon());
    expect(sent).toEqual([]);

    clock.nowMs += 60_000;
    await other.run(soon());
    expect(sent.filter((each) => each.startsWith(id))).toEqual([`${id}:1`, `${id}:2`]);
    await append(id, 2);
    await other.run(soon());
    letGo(undefined);
    await run;
    // What the slow one had sent comes again, in order; the next event follows once.
    expect(sent.filter((each) => each.startsWith(id)).map((each) => each.slice(-1))).toEqual(['1', '2', '3', '1', '2']);
    sent.length = 0;
    await append(id, 3);
    await slow.run(soon());
    expect(sent).toEqual([`${id}:4`]);
  });

  it('that stands still between a send and its note, for twice as long as its lease, sends nothing again when it goes on', async () => {
    const { clock, sent, instance, soon } = streamOfTest();
    const id = await append();
    const { promise: paused, resolve: letGo } = Promise.withResolvers<undefined>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
    const own = () => sent.filter((each) => each.startsWith(id)).map((each) => each.slice(-1));
    const slow = instance(undefined, {
      leaseMs: 30_000,
      stream: {
        async append(messages) {
          sent.push(...messages.map((message) => message.id));
          begin(undefined);
          await paused;
          return [];
        },
      },
    });
    const run = slow.run(soon());
    await begun;
    const other = instance();
    await other.run(soon());
    expect(own()).toEqual(['1', '2']);
    clock.nowMs += 60_000;
    await append(id, 2);
    await other.run(soon());
    expect(own()).toEqual(['1', '2', '1', '2', '3']);
    letGo(undefined);
    await run;
    await append(id, 3);
    await other.run(soon());
    expect(own()).toEqual(['1', '2', '1', '2', '3', '4']);
    expect(await other.status()).toMatchObject({ state: 'live', behind: 0 });
  });

  it('tells why it fails, and loses nothing', async () => {
    const { clock, sent, instance, soon } = streamOfTest();
    const id = await append();
    let isAway = true;
    const streamer = instance(() =>
      isAway
        ? Promise.reject(new ServiceUnavailable('Kafka', { cause: new Error('Unknown topic') }))
        : Promise.resolve([]),
    );
    await streamer.run(soon());
    clock.nowMs += 5_000;
    await streamer.run(soon());
    const reason = 'Kafka is unavailable: Unknown topic';
    expect(await streamer.status()).toMatchObject({ kind: 'stream', state: 'failing', reason, parked: 0 });
    expect((await streamer.status()).behind).toBeGreaterThan(1);
    isAway = false;
    await streamer.run(soon());
    expect(await streamer.status()).toMatchObject({ state: 'live', behind: 0 });
    expect(sent.filter((each) => each.startsWith(id))).toEqual([`${id}:1`, `${id}:2`]);
  });

  it('tells where it goes on, as the feed takes it', async () => {
    const { clock, instance, soon } = streamOfTest();
    const streamer = instance();
    expect((await streamer.status()).position).toBeUndefined();
    await append();
    await streamer.run(soon());
    const { position } = await streamer.status();
    const next = await append();
    const page = await cosmosFeedPages(events).read(position ?? '', 500);
    expect(page).toMatchObject({ commits: [{ aggregateId: next }] });
    await streamer.restart(clock.nowMs);
    expect((await streamer.status()).position).toBe(new Date(clock.nowMs).toISOString());
  });

  it('parks what the log can never take, and goes on', async () => {
    const { sent, parked, instance, soon } = streamOfTest();
    const id = await append();
    await instance((messages) => Promise.resolve(messages.filter((each) => each.id === `${id}:1`))).run(soon());
    expect([parked, sent.includes(`${id}:2`)]).toEqual([[`${id}:1`], true]);
  });

  it('begins again, from the first event or from an instant', async () => {
    const { clock, sent, instance, soon } = streamOfTest();
    const id = await append();
    const streamer = instance();
    await streamer.run(soon());
    sent.length = 0;
    await streamer.restart();
    await streamer.run(soon());
    expect(sent).toContain(`${id}:1`);
    sent.length = 0;
    await streamer.restart(clock.nowMs + 3_600_000);
    await streamer.run(soon());
    expect(sent).toEqual([]);
  });

  it('sends an event that comes alone at once, and gathers those that come while it rests', async () => {
    const { sent, instance, soon } = streamOfTest();
    const pages: number[] = [];
    const { promise: rested, resolve: endRest } = Promise.withResolvers<undefined>();
    const takes: Stream['append'] = (messages) => {
      pages.push(messages.length);
      return Promise.resolve([]);
    };
    const before = instance();
    await append();
    await before.run(soon());
    const first = await append();
    const streamer = instance(takes, { rest: () => rested });
    const run = streamer.run(soon());
    await expect.poll(() => sent).toContain(`${first}:2`);
    const second = await append();
    const third = await append();
    void streamer.run(soon());
    expect(pages).toEqual([2]);
    endRest(undefined);
    await run;
    expect(pages).toEqual([2, 4]);
    expect(sent).toEqual(expect.arrayContaining([`${second}:2`, `${third}:2`]));
  });

  it('sends what came while it was sending, when it is woken meanwhile', async () => {
    const { sent, instance, soon } = streamOfTest();
    const first = await append();
    let second: string | undefined;
    const streamer = instance(async () => {
      if (second === undefined) {
        second = await append();
        void streamer.run(soon());
      }
      return [];
    });
    await streamer.run(soon());
    expect(sent).toEqual(expect.arrayContaining([`${first}:2`, `${second}:2`]));
  });
});
