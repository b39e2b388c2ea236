import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../adapters/cosmos/client/database.ts';
import { openSignatures } from '../adapters/signing/signatures.ts';
import { lazyTopic } from '../adapters/serviceBus/lazyTopic.ts';
import { meter } from '../adapters/telemetry/meter.ts';
import { createRecording } from '../application/activity/recording.ts';
import type { Clock } from '../application/clock.ts';
import { createWaiting } from '../application/waiting.ts';
import { filterableOf } from '../domain/filterable.ts';
import { composeConsole } from './compose/console.ts';
import { composeCommands } from './compose/commands.ts';
import { composeEmailing } from './compose/emailing.ts';
import { composeFeed } from './compose/feed.ts';
import { composeInvariants } from './compose/invariants.ts';
import { composeJobs } from './compose/jobs.ts';
import { composeLateTransfers } from './compose/lateTransfers.ts';
import { composeListening } from './compose/listening.ts';
import { composeViews } from './compose/views.ts';
import { composePublishing } from './compose/publishing.ts';
import { composeQueries, composeReads } from './compose/queries.ts';
import { composeStores } from './compose/stores.ts';
import { composeStreaming } from './compose/streaming.ts';
import { composeTelemetry } from './compose/telemetry.ts';
import { composeWebhooks } from './compose/webhooks.ts';
import { createAdmission } from './http/admission.ts';
import { createCursors } from './http/cursor.ts';
import { keyDoor, tokenDoor } from './http/door.ts';
import { createQuotes } from './http/quotes.ts';
import { createRateLimit } from './http/rateLimit.ts';
import type { Services } from './services.ts';
import { mailerOf } from './settings/emailSettings.ts';
import type { Settings } from './settings/settings.ts';

const beginMs = 2_000;
const closeMs = 5_000;

/** Waits 10 ms, and twice as long for each further attempt, up to 1 s; half of it is random. */
const pause = (attempt: number) => sleep(Math.min(1_000, 10 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2));

/** Connects the application's ports to Azure. Only this file and `compose/` import adapters. */
export const compose = async (settings: Settings, clock: Clock): Promise<Services> => {
  const telemetry = await composeTelemetry(settings);
  const { log } = telemetry;
  const database = openDatabase(settings.COSMOS);
  const signatures = openSignatures(settings.CURSOR_KEY);
  const topic = lazyTopic(settings.SERVICEBUS, {
    filterable: ({ data }) => filterableOf(data),
    signature: (...message) => signatures.sign(...message),
  });
  const stores = composeStores(database, clock, telemetry);
  const recording = createRecording(clock);
  const shared = { telemetry, recording, stores, topic, signatures, clock, log, pause };

  const publishing = composePublishing(shared);
  const waiting = createWaiting();
  const feed = composeFeed(shared, waiting);
  const webhooks = composeWebhooks(shared, settings);
  const views = composeViews(shared);
  const bank = composeCommands(shared, (commits) => {
    publishing.publish(commits);
    feed.appended(commits);
  });
  const queries = composeQueries(shared, views);
  const lateTransfers = composeLateTransfers(shared, queries, bank, settings.TRANSFERS_LATE_AFTER_SECONDS);
  const invariants = composeInvariants(shared, views);
  const reads = composeReads(shared, queries);
  const { emailing, closeMailer } = composeEmailing(shared, mailerOf(settings));
  const streaming = composeStreaming(shared, settings);
  // Loaded only where tokens are the door.
  const tokens =
    settings.AUTH && (await import('../adapters/tokens/tokens.ts')).openTokens({ ...settings.AUTH, clock, log });
  const door = tokens ? tokenDoor(tokens) : keyDoor;

  return {
    clock,
    log,
    door: door.kind,
    requiresKeys: settings.REQUIRE_IDEMPOTENCY_KEYS,
    admit: createAdmission(door, createRateLimit(settings.RATE_LIMIT_PER_MINUTE, clock)),
    console: composeConsole(settings, tokens),
    measure: meter.measure,
    wait: meter.wait,
    waiting,
    traceRequest: telemetry.traceRequest,
    bank,
    ...queries,
    eventStore: stores.eventStore,
    history: stores.history,
    cursors: createCursors(settings.CURSOR_KEY),
    ...createQuotes(settings.CURSOR_KEY),
    readFeed: feed.read,
    dependencies: {
      cosmos: () => database.ping(),
      serviceBus: () => topic.ping(),
      ...(tokens && { issuer: () => tokens.ping() }),
    },
    ...composeListening(shared, views, { bank, reads, emailing, tellWebhooks: webhooks.tell }, settings, streaming),
    webhooks: webhooks.manage,
    problemOfUrl: webhooks.problemOfUrl,
    ...views.services,
    listLateTransfers: lateTransfers.list,
    async reconcile(maximumMs) {
      try {
        await views.services.reconcile(maximumMs);
      } finally {
        // The run fails where it cannot write a view, which transfers need not wait for.
        await lateTransfers.settleLate();
      }
    },
    ...invariants,
    listActivity: recording.list,
    findFlow: recording.find,
    ...composeJobs(shared, views, webhooks.sendAgain, () => settings.AzureWebJobsStorage, streaming),
    relay: publishing.relay,
    stream: async (maximumMs) => streaming?.run(maximumMs),
    hasTelemetry: telemetry.isOn,
    async begin() {
      await within(beginMs, views.begin());
      // It goes on after that.
      void invariants.checkInvariants();
      if (settings.LISTENERS.includes('webhooks')) {
        webhooks.manage.reseal().catch((error: unknown) => {
          log('warn', `Secrets of webhooks are sealed anew when they are used: ${String(error)}`);
        });
      }
    },
    async close() {
      waiting.stop();
      // The relay sends later what the publisher cannot send in time; a delivery that is cut off falls due again.
      await within(
        closeMs,
        Promise.all([publishing.drain(), webhooks.drain()]).then(() => topic.close()),
      );
      closeMailer();
      if (streaming) await within(closeMs, streaming.close());
      webhooks.close();
      database.close();
      await within(closeMs, telemetry.close());
    },
  };
};

const within = async (ms: number, work: Promise<void>): Promise<void> => {
  await Promise.race([work, sleep(ms, undefined, { ref: false })]);
};
