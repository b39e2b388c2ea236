import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { storageQueue } from '../../adapters/storage/queue.ts';
import { meter } from '../../adapters/telemetry/meter.ts';
import type { Job } from '../../application/jobs/jobs.ts';
import {
  beginReplay,
  runReplay,
  runReplays,
  sendToListeners,
  type ReplayRequest,
  type SendAgain,
} from '../../application/jobs/replay.ts';
import { runStep } from '../../application/rebuilding/rebuild.ts';
import { failRebuild, type RebuildStep } from '../../application/rebuilding/rebuildJob.ts';
import { flipBack, rebuild, superviseViews } from '../../application/rebuilding/superviseViews.ts';
import type { View } from '../../eventSourcing/view.ts';
import { rebuildQueue } from '../background/rebuildSteps.ts';
import { addressOf } from '../../application/subscriptions/listener.ts';
import type { Extensions } from './extensions.ts';
import type { CloudEvent } from '../../application/publishing/message.ts';
import type { ComposedViews } from './views.ts';
import type { Shared } from './shared.ts';

/** Begins the subject of a job that is for one webhook: no listener has a colon in its name. */
const webhookSubject = 'webhook:';
/** How long the instance that takes the request for a replay works on it. */
const headStartMs = 2_000;

/** Rebuilds and replays: work that goes on after its request has been answered. */
export const composeJobs = (
  {
    context: { views, listeners },
    settings,
    stores: { eventStore, history, changeFeed, jobs, rows },
    topic,
    clock,
    log,
  }: Shared,
  { projector, generations }: ComposedViews,
  { webhooks, streaming }: Pick<Extensions, 'webhooks' | 'streaming'>,
) => {
  const wait = (ms: number) => sleep(Math.max(0, ms));
  const shared = { eventStore, jobs, clock, log, wait, newId: randomUUID };
  const sendToListener = sendToListeners(topic, (name) => addressOf(listeners, name));
  const sendToWebhook: SendAgain = async ({ subject, startedAt }, events) =>
    (await webhooks?.sendAgain(subject.slice(webhookSubject.length), events, startedAt))
      ? { unsent: 0 }
      : { end: 'The webhook is disabled, or deleted' };
  const forReplays = {
    ...shared,
    changeFeed,
    send: (job: Job, events: readonly CloudEvent[]) =>
      job.subject.startsWith(webhookSubject) ? sendToWebhook(job, events) : sendToListener(job, events),
  };
  /** A stream is a copy of the whole event store: it begins again with all events since an instant. */
  const restartStream = async ({ name, restart }: NonNullable<Extensions['streaming']>, asked: ReplayRequest) => {
    const { from, aggregateId, types } = asked;
    if (typeof from !== 'string' || aggregateId !== undefined || types) return 'onlyAsAWhole';
    await restart(Date.parse(from));
    const jobId = randomUUID();
    await jobs.begin({ jobId, kind: 'replay', subject: name, status: 'succeeded', done: 0, total: 0, state: asked });
    return { jobId };
  };
  const sendStep = storageQueue(() => settings.AzureWebJobsStorage, rebuildQueue).send;
  const forRebuilds = { ...shared, history, projector, generations, views, sendStep, rows, meter };

  /** Begins before the request is answered, and goes on after that; the timer does the rest. */
  const runAtOnce = (jobId: string): void => {
    runReplay(forReplays, jobId, clock.now() + headStartMs).catch((error: unknown) => {
      log('warn', `Replay ${jobId} begins with the next run of the timer: ${String(error)}`);
    });
  };

  return {
    jobs,
    rebuild: (view: View, requestUnitsPerSecond?: number) => rebuild(forRebuilds, view, requestUnitsPerSecond),
    flipBack: (view: View) => flipBack(forRebuilds, view),
    runRebuildStep: (step: RebuildStep) => runStep(forRebuilds, step),
    failRebuild: (jobId: string, reason: string) => failRebuild(forRebuilds, jobId, reason),
    superviseViews: (maximumMs: number) => superviseViews(forRebuilds, clock.now() + maximumMs),
    replay: async (addressee: string, asked: ReplayRequest) => {
      if (addressee === streaming?.name) return restartStream(streaming, asked);
      const jobId = await beginReplay(forReplays, addressee, asked);
      if (jobId === undefined) return undefined;
      runAtOnce(jobId);
      return { jobId };
    },
    replayToWebhook: async (jobId: string, webhookId: string, asked: ReplayRequest) => {
      await beginReplay(forReplays, webhookSubject + webhookId, asked, jobId);
      runAtOnce(jobId);
    },
    runReplays: (maximumMs: number) => runReplays(forReplays, clock.now() + maximumMs),
  };
};
