import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { cosmosAliases } from '../adapters/cosmos/views/aliases.ts';
import { cosmosChangeFeed } from '../adapters/cosmos/changeFeed.ts';
import { cosmosCheckpoints } from '../adapters/cosmos/checkpoints.ts';
import { openDatabase } from '../adapters/cosmos/client/database.ts';
import { cosmosCounts } from '../adapters/cosmos/views/counts.ts';
import { cosmosEmailClaims } from '../adapters/cosmos/emailClaims.ts';
import { cosmosEventStore } from '../adapters/cosmos/eventStore.ts';
import { cosmosGaps } from '../adapters/cosmos/views/gaps.ts';
import { cosmosListings } from '../adapters/cosmos/views/listings.ts';
import { cosmosOperations } from '../adapters/cosmos/operations.ts';
import { cosmosParking } from '../adapters/cosmos/parking.ts';
import { cosmosRows } from '../adapters/cosmos/views/rows.ts';
import { cosmosReadModels } from '../adapters/cosmos/views/readModels.ts';
import { storageQueue } from '../adapters/storage/queue.ts';
import { meter } from '../adapters/telemetry/meter.ts';
import { record } from '../adapters/telemetry/metrics.ts';
import { observedBank } from '../adapters/telemetry/observedBank.ts';
import { observedMessages, observedParking } from '../adapters/telemetry/observedMessages.ts';
import { observedStore } from '../adapters/telemetry/observedStore.ts';
import { observedTopic } from '../adapters/telemetry/observedTopic.ts';
import { observedRequest } from '../adapters/telemetry/observedRequest.ts';
import { startTelemetry } from '../adapters/telemetry/telemetry.ts';
import { serviceBusDeadLetterQueues } from '../adapters/serviceBus/deadLetterQueues.ts';
import { lazyTopic } from '../adapters/serviceBus/lazyTopic.ts';
import { boundedCache } from '../application/boundedCache.ts';
import { createBank } from '../application/commands/bank.ts';
import { createCatchUp } from '../application/views/catchUp.ts';
import { createDeadLetters } from '../application/subscriptions/deadLetters.ts';
import { createFreshRows } from '../application/queries/freshRows.ts';
import { createGenerations } from '../application/views/generations.ts';
import { createMessageHandler } from '../application/subscriptions/handleMessages.ts';
import type { Log } from '../application/log.ts';
import type { Topic } from '../application/publishing/ports.ts';
import { createProjector } from '../application/views/projector.ts';
import { createPublisher } from '../application/publishing/publisher.ts';
import { presentGaps, reconcile as runReconciler } from '../application/views/reconciler.ts';
import * as rebuilding from '../application/rebuilding/rebuild.ts';
import * as replaying from '../application/jobs/replay.ts';
import { runRelay } from '../application/publishing/relay.ts';
import { createSlicedSums } from '../application/queries/slicedSums.ts';
import * as supervision from '../application/rebuilding/superviseViews.ts';
import { createViewStatus } from '../application/views/viewStatus.ts';
import type { Projection } from '../projections/projection.ts';
import topology from '../infra/topology.json' with { type: 'json' };
import { projections } from '../projections/registry.ts';
import { createAdmission } from './http/admission.ts';
import { createCursors } from './http/cursor.ts';
import { keyDoor, tokenDoor } from './http/door.ts';
import { createRateLimit } from './http/rateLimit.ts';
import { readSettings } from './settings/settings.ts';
import { telemetryTarget } from './settings/telemetrySettings.ts';

const beginMs = 2_000;
const closeMs = 5_000;

export const rebuildQueue = 'rebuild-steps';

const settings = readSettings(process.env);
export const clock = { now: () => Date.now() };
const telemetry = await startTelemetry(telemetryTarget(settings));
export const hasTelemetry = telemetry !== undefined;
export const log: Log = (level, message, ids) => {
  console[level](message);
  telemetry?.log(level, message, ids);
};
/** Where nobody looks, nothing is spent on being seen. */
const observe = <Port>(port: Port, observed: (port: Port) => Port): Port => (telemetry ? observed(port) : port);
export const traceRequest: typeof observedRequest = telemetry ? observedRequest : (_, work) => work(undefined);
/** 10 ms, doubled with each attempt up to 1 s, half of it at random. */
const pause = (attempt: number) => sleep(Math.min(1_000, 10 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2));

const database = openDatabase(settings.COSMOS);
const topic = lazyTopic(settings.SERVICEBUS);
const containerOf = (name: string) => database.container(name);

const changeFeed = cosmosChangeFeed(containerOf('events'));
const checkpoints = cosmosCheckpoints(containerOf('checkpoints'));
const claims = cosmosEmailClaims(containerOf('customer-emails'));
const parking = observe(cosmosParking(containerOf('parked'), clock), observedParking);
const gaps = cosmosGaps(containerOf('gaps'));
export const operations = cosmosOperations(containerOf('operations'), clock);
const readModels = cosmosReadModels(containerOf);
const publisher = createPublisher(observe<Topic>(topic, observedTopic('publisher')), log);

export const eventStore = observe(cosmosEventStore(containerOf('events')), observedStore);
export const listings = cosmosListings(containerOf);
export const slicedSums = createSlicedSums(listings, clock);
export const measure = meter.measure;
export const cursors = createCursors(settings.CURSOR_KEY);

const aliases = cosmosAliases(containerOf('aliases'));
export const generations = createGenerations({ aliases, eventStore, clock });
const projector = createProjector(readModels, eventStore, pause);
const catchUp = createCatchUp({ eventStore, projector, generations });
export const bank = observe(
  createBank({ eventStore, claims, clock, meter, pause, onCommitted: publisher.publish }),
  observedBank,
);
export const freshRows = createFreshRows({ eventStore, readModels, generations, catchUp, clock, pause });
export const handleMessages = observe(
  createMessageHandler({ projector, generations, parking, clock, log, pause }),
  observedMessages,
);

export const relay = (maximumMs: number): Promise<number> =>
  runRelay(
    {
      changeFeed,
      checkpoints,
      topic: observe<Topic>(topic, observedTopic('relay')),
      isSent: publisher.takeSent,
      parking,
      log,
      clock,
    },
    clock.now() + maximumMs,
  );

/** The local host says where its storage is only once the app has been loaded. */
const rebuildSteps = storageQueue(() => readSettings(process.env).AzureWebJobsStorage, rebuildQueue);
const rebuildOptions = {
  eventStore,
  projector,
  generations,
  operations,
  projections,
  sendStep: rebuildSteps.send,
  rows: cosmosRows(containerOf),
  meter,
  clock,
  wait: (ms: number) => sleep(Math.max(0, ms)),
  log,
  newId: randomUUID,
};
export const runRebuildStep = (step: rebuilding.RebuildStep) => rebuilding.runStep(rebuildOptions, step);
export const failRebuild = (operationId: string, reason: string) =>
  rebuilding.failRebuild(rebuildOptions, operationId, reason);
export const rebuild = (projection: Projection, requestUnitsPerSecond?: number) =>
  supervision.rebuild(rebuildOptions, projection, requestUnitsPerSecond);
export const flipBack = (projection: Projection) => supervision.flipBack(rebuildOptions, projection);
export const superviseViews = (maximumMs: number) =>
  supervision.superviseViews(rebuildOptions, clock.now() + maximumMs);

const viewStatus = createViewStatus({
  eventStore,
  projector,
  generations,
  gaps,
  counts: cosmosCounts(containerOf),
  clock,
});
export const listViews = () => viewStatus(projections);

const replayOptions = {
  eventStore,
  changeFeed,
  operations,
  topic,
  clock,
  log,
  wait: (ms: number) => sleep(ms),
  newId: randomUUID,
};
export const replay = (subscription: string, asked: replaying.ReplayRequest) =>
  replaying.beginReplay(replayOptions, subscription, asked);
export const runReplays = (maximumMs: number) => replaying.runReplays(replayOptions, clock.now() + maximumMs);

export const listGaps = () => presentGaps({ gaps, clock });

const inStep = boundedCache<number>(50_000);
export const reconcile = async (maximumMs: number): Promise<void> => {
  await runReconciler(
    { projections, eventStore, projector, generations, catchUp, checkpoints, gaps, inStep, clock, log },
    clock.now() + maximumMs,
  );
  if (telemetry) record('daybook.gaps', (await listGaps()).length);
};

export const subscriptions: readonly string[] = topology.serviceBus.topics.flatMap((each) =>
  each.subscriptions.map(({ name }) => name),
);
export const deadLetters = createDeadLetters({
  parking,
  queues: serviceBusDeadLetterQueues(settings.SERVICEBUS),
  topic,
  subscriptions,
  newId: randomUUID,
});

/** Loaded only where there are tokens to verify. */
const tokens =
  settings.AUTH && (await import('../adapters/tokens/tokens.ts')).openTokens({ ...settings.AUTH, clock, log });
export const door = tokens ? tokenDoor(tokens) : keyDoor;
export const admit = createAdmission(door, createRateLimit(settings.RATE_LIMIT_PER_MINUTE, clock));

/** The services behind, each with a call that throws unless it answers. */
export const services = {
  cosmos: () => database.ping(),
  serviceBus: () => topic.ping(),
  ...(tokens && { issuer: () => tokens.ping() }),
};

/**
 * Before the first command: in a bank without history, views are live from the beginning and need not be built. Should it
 * not come to that in time, they are built, which takes longer and is right, too.
 */
export const begin = async (): Promise<void> => {
  const aliases = Promise.all(projections.map((projection) => generations.current(projection)));
  await Promise.race([aliases, sleep(beginMs, undefined, { ref: false })]).catch((error: unknown) =>
    log('warn', `Views have to be built if this is a new bank: ${String(error)}`),
  );
};

/** Ends in good order, within a bounded time: the relay sends what does not get out. */
export const close = async (): Promise<void> => {
  await Promise.race([publisher.drain().then(() => topic.close()), sleep(closeMs, undefined, { ref: false })]);
  database.close();
  await Promise.race([telemetry?.close(), sleep(closeMs, undefined, { ref: false })]);
};
