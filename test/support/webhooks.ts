import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { cosmosDeliveries } from '../../adapters/cosmos/deliveries.ts';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import { cosmosWebhooks } from '../../adapters/cosmos/webhooks.ts';
import type { CosmosDatabase } from '../../adapters/cosmos/client/database.ts';
import { openWebhookSecrets } from '../../adapters/signing/webhookSecrets.ts';
import { openAddresses } from '../../adapters/webhooks/addresses.ts';
import { openPost } from '../../adapters/webhooks/post.ts';
import { messagesOf, type CloudEvent } from '../../application/publishing/message.ts';
import { statusOf } from '../../application/webhooks/delivery.ts';
import type { Wake } from '../../application/webhooks/ports.ts';
import { openWebhooks } from '../../application/webhooks/webhooks.ts';
import { commitOf, opened } from './bank.ts';

type Wakeup = { readonly event: CloudEvent; readonly at: number };

/**
 * Webhooks on a Cosmos DB, with a clock that stands until a test moves it. What the app would have Service Bus deliver later comes when
 * the clock has moved past it.
 */
export const webhooksForTests = (database: CosmosDatabase, options: { readonly timeoutMs?: number } = {}) => {
  let now = Date.now();
  let wakeups: Wakeup[] = [];
  const clock = { now: () => now };
  const [container, eventStore] = [cosmosDeliveries(database.container('deliveries')), storeOf(database)];
  const log: string[] = [];
  const counted: string[] = [];
  const { post } = openPost({
    addresses: openAddresses({ allowLocal: true, ownHost: () => undefined }),
    timeoutMs: options.timeoutMs ?? 5_000,
  });

  // Waits of less than two seconds are for clocks that differ: here, all have one.
  const briefly = async (ms: number): Promise<void> => {
    await sleep(ms < 2_000 ? 0 : ms, undefined, { ref: false });
  };
  const later: Wake = (event, at) => {
    wakeups.push({ event, at: at === undefined ? now : Date.parse(at) });
    return Promise.resolve();
  };

  /** An instance of the app. Several share the store. */
  const startInstance = ({
    appSecrets = ['the secret of the app'],
    deliveries = container,
    wake = later,
    wait = briefly,
  } = {}) =>
    openWebhooks({
      ...{ deliveries, eventStore, post, clock },
      webhooks: cosmosWebhooks(database.container('webhooks')),
      secrets: openWebhookSecrets(appSecrets),
      wake,
      wait,
      random: Math.random,
      log: (_level, message) => void log.push(message),
      onTried: () => undefined,
      onDisabled: (reason) => void counted.push(reason),
      onOld: () => void counted.push('old'),
    });
  const first = startInstance();

  /** Moves the clock from one wake-up to the next, until a time is over or nothing is to come. */
  const pass = async (ms: number, instance = first): Promise<void> => {
    const end = now + ms;
    for (;;) {
      const [next] = wakeups.toSorted((a, b) => a.at - b.at);
      if (!next || next.at > end) break;
      wakeups = wakeups.filter((each) => each !== next);
      now = Math.max(now, next.at);
      await instance.tell(next.event, true);
      await instance.drain();
    }
    now = end;
  };

  return {
    ...{ startInstance, first, pass, log, counted, deliveries: container, clock },
    /** Tells of an event that comes for the first time, and waits until all is done. */
    async tell(event: CloudEvent, instance = first) {
      await instance.tell(event, false);
      await instance.drain();
    },
    wakeups: () => wakeups.length,
    async create(url: string, types: readonly string[] = []) {
      const id = randomUUID();
      const request = { commandId: `k:${id}`, keyed: true, fingerprint: 'f' };
      const created = await first.manage.create(id, { url, types, description: null }, request);
      if (typeof created === 'string') throw new Error(created);
      return { id, secret: created.secret ?? '' };
    },
    /** An event of the event store, which occurs now unless it says when. */
    async occur(at = now): Promise<CloudEvent> {
      const occurredAt = new Date(at).toISOString();
      const commit = commitOf('account', randomUUID(), 0, [opened()], { occurredAt });
      await eventStore.append([commit], { state: {}, stateVersion: 1 });
      const [event] = messagesOf(commit);
      if (!event) throw new Error('A commit has an event');
      return event;
    },
    async stateOf(id: string) {
      const webhook = await first.manage.load(id);
      if (!webhook) throw new Error('There is no such webhook');
      return webhook;
    },
    /** The newest first. */
    async deliveriesOf(id: string) {
      const webhook = await first.manage.load(id);
      if (!webhook) throw new Error('There is no such webhook');
      const { items } = await first.manage.listDeliveries(webhook, undefined, 1_000);
      return items.map((item) => ({ ...item, status: statusOf(item, webhook) }));
    },
  };
};

const storeOf = (database: CosmosDatabase) => cosmosEventStore(database.container('events'));
