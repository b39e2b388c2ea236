import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../adapters/cosmos/client/database.ts';
import { lazyTopic } from '../../adapters/serviceBus/lazyTopic.ts';
import { openSignatures } from '../../adapters/signing/signatures.ts';
import { meter } from '../../adapters/telemetry/meter.ts';
import { createRecording } from '../../application/activity/recording.ts';
import type { Clock } from '../../application/clock.ts';
import type { HandlerOptions } from '../../application/commands/handlers.ts';
import { createWaiting } from '../../application/waiting.ts';
import { topicOf, type Context } from '../context.ts';
import { createAdmission } from '../http/admission.ts';
import { createCursors } from '../http/cursor.ts';
import { keyDoor, tokenDoor } from '../http/door.ts';
import { createRateLimit } from '../http/rateLimit.ts';
import type { ContextServices } from '../services.ts';
import type { ContextSettings } from '../settings/contextSettings.ts';
import { mailerOf } from '../settings/emailSettings.ts';
import { commandOptions, observed } from './commands.ts';
import { composeEmailing } from './emailing.ts';
import type { Extensions } from './extensions.ts';
import { composeFeed } from './feed.ts';
import { composeJobs } from './jobs.ts';
import { composeListening } from './listening.ts';
import { composePublishing } from './publishing.ts';
import { composeQueries, composeReads } from './queries.ts';
import type { Shared } from './shared.ts';
import { composeStores } from './stores.ts';
import { composeTelemetry } from './telemetry.ts';
import { composeViews } from './views.ts';

const beginMs = 2_000;
const closeMs = 5_000;

/** Waits 10 ms, and twice as long for each further attempt, up to 1 s; half of it is random. */
const pause = (attempt: number) => sleep(Math.min(1_000, 10 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2));

/** What a context composes its own parts of. */
export type Parts = Awaited<ReturnType<typeof openContext>>;

/** Connects the ports that every context has. */
export const openContext = async (context: Context, settings: ContextSettings, clock: Clock) => {
  const telemetry = await composeTelemetry(settings);
  const { log } = telemetry;
  const database = openDatabase(settings.COSMOS, context.topology.cosmos);
  const signatures = openSignatures(settings.CURSOR_KEY);
  const properties = {
    filterable: ({ data }: { readonly data?: unknown }) => context.filterable(data),
    signature: (...message: Parameters<typeof signatures.sign>) => signatures.sign(...message),
  };
  const topic = lazyTopic(settings.SERVICEBUS, properties, topicOf(context).name);
  const stores = composeStores(database, context.registry, clock, telemetry);
  const recording = createRecording(clock);
  const shared: Shared = {
    ...{ context, settings, database, telemetry, recording, stores, topic, signatures, clock, log, pause },
  };

  const waiting = createWaiting();
  const publishing = composePublishing(shared);
  const feed = composeFeed(shared, waiting);
  const views = composeViews(shared);
  const queries = composeQueries(shared, views);
  const options: HandlerOptions = commandOptions(shared, (commits) => {
    publishing.publish(commits);
    feed.appended(commits);
  });
  // Loaded only where tokens are the door.
  const tokens =
    settings.AUTH && (await import('../../adapters/tokens/tokens.ts')).openTokens({ ...settings.AUTH, clock, log });
  return { shared, waiting, publishing, feed, views, queries, options, tokens };
};

/** Serves a context: requests, messages and timers. */
export const serveContext = (
  { shared, waiting, publishing, feed, views, queries, tokens }: Parts,
  extensions: Extensions,
): ContextServices => {
  const { context, settings, database, telemetry, recording, stores, topic, clock, log } = shared;
  const own = { ...extensions, execute: observed(shared, extensions.execute) };
  const reads = composeReads(shared, queries);
  const { emailing, closeMailer } = composeEmailing(shared, mailerOf(settings));
  const door = tokens ? tokenDoor(tokens) : keyDoor;

  return {
    clock,
    log,
    door: door.kind,
    requiresKeys: settings.REQUIRE_IDEMPOTENCY_KEYS,
    admit: createAdmission(door, createRateLimit(settings.RATE_LIMIT_PER_MINUTE, clock)),
    measure: meter.measure,
    wait: meter.wait,
    waiting,
    traceRequest: telemetry.traceRequest,
    execute: own.execute,
    ...queries,
    eventStore: stores.eventStore,
    history: stores.history,
    ownerOf: context.ownerOf,
    cursors: createCursors(settings.CURSOR_KEY),
    readFeed: feed.read,
    dependencies: {
      cosmos: () => database.ping(),
      serviceBus: () => topic.ping(),
      ...(tokens && { issuer: () => tokens.ping() }),
    },
    views: context.views,
    ...composeListening(shared, views, { reads, emailing }, own),
    ...views.services,
    listActivity: recording.list,
    findFlow: recording.find,
    ...composeJobs(shared, views, own),
    relay: publishing.relay,
    stream: async (maximumMs) => own.streaming?.run(maximumMs),
    hasTelemetry: telemetry.isOn,
    begin: () => within(beginMs, views.begin()),
    async close() {
      waiting.stop();
      // The relay sends later what the publisher cannot send in time.
      await within(
        closeMs,
        Promise.all([publishing.drain(), own.drain?.()]).then(() => topic.close()),
      );
      closeMailer();
      const { close } = own;
      if (close) await within(closeMs, close());
      database.close();
      await within(closeMs, telemetry.close());
    },
  };
};

const within = async (ms: number, work: Promise<void>): Promise<void> => {
  await Promise.race([work, sleep(ms, undefined, { ref: false })]);
};
