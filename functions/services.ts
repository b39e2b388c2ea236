import type { InvocationContext } from '@azure/functions';
import type { Step } from '../application/activity/flows.ts';
import type { Second } from '../application/activity/seconds.ts';
import type { Clock } from '../application/clock.ts';
import type { Bank } from '../application/commands/bank/bank.ts';
import type { Execute } from '../application/commands/handlers.ts';
import type { EventStore } from '../application/eventStore.ts';
import type { Feed } from '../application/feed/feed.ts';
import type { History } from '../application/history.ts';
import type { OwnerOf } from '../application/identity.ts';
import type { InvariantStatus } from '../application/invariants/invariants.ts';
import type { Jobs } from '../application/jobs/jobs.ts';
import type { ReplayRequest } from '../application/jobs/replay.ts';
import type { Log } from '../application/log.ts';
import type { Meter } from '../application/meter.ts';
import type { FreshRows } from '../application/queries/freshRows.ts';
import type { Searches } from '../application/queries/ports.ts';
import type { SlicedSums } from '../application/queries/slicedSums.ts';
import type { RebuildStep } from '../application/rebuilding/rebuildJob.ts';
import type { DeadLetters } from '../application/subscriptions/deadLetters.ts';
import type { Subscription } from '../application/subscriptions/listener.ts';
import type { ListenerStatus } from '../application/subscriptions/listenerStatus.ts';
import type { ReceivedMessage } from '../application/subscriptions/origin.ts';
import type { ManageWebhooks } from '../application/webhooks/manage.ts';
import type { Generations } from '../application/views/generations.ts';
import type { Gap } from '../application/views/ports.ts';
import type { ViewsStatus } from '../application/views/viewStatus.ts';
import type { TakeTurn } from '../application/turns.ts';
import type { Waiting } from '../application/waiting.ts';
import type { View } from '../eventSourcing/view.ts';
import type { TransferEntry } from '../projections/book/entry.ts';
import type { Admit } from './http/admission.ts';
import type { Cursors } from './http/cursor.ts';
import type { Door } from './http/door.ts';
import type { Quotes } from './http/quotes.ts';
import type { KnownRejection } from './http/rejection.ts';
import type { Trace } from './http/traceparent.ts';

/** For every request. */
type ForRequests = {
  readonly door: Door['kind'];
  /** Whether every command needs an idempotency key. */
  readonly requiresKeys: boolean;
  readonly admit: Admit;
  readonly measure: Meter['measure'];
  readonly wait: Meter['wait'];
  readonly waiting: Waiting;
  /** Runs a request in a span of its own, within the caller's trace if there is one. */
  readonly traceRequest: <Answer extends { readonly status?: number }>(
    request: TracedRequest,
    work: (trace: Trace) => Promise<Answer>,
  ) => Promise<Answer>;
};

export type TracedRequest = Pick<InvocationContext, 'functionName' | 'invocationId'> & {
  readonly method: string;
  /** The template, never a path: traces hold nothing that a caller wrote. */
  readonly route: string;
  /** The caller's. */
  readonly traceparent: string | null;
  readonly tracestate: string | null;
  /** In Azure the span of the host, which is the parent of the request's. */
  readonly host: { readonly traceparent: string; readonly tracestate: string | undefined } | undefined;
};

type ForCommands = {
  /** Throws ServiceUnavailable. */
  readonly execute: Execute<KnownRejection>;
};

type ForQueries = {
  readonly eventStore: EventStore;
  readonly history: History;
  readonly ownerOf: OwnerOf;
  readonly generations: Generations;
  readonly freshRows: FreshRows;
  readonly searches: Searches;
  readonly slicedSums: SlicedSums;
  readonly cursors: Cursors;
  readonly readFeed: Feed;
};

type ForOperators = {
  /** The services that the app needs, by name. The call throws unless the service answers. */
  readonly dependencies: Readonly<Record<string, () => Promise<void>>>;
  /** The names under which operators find messages, and send them again: listeners, and subscriptions that are not the app's. */
  readonly addressees: readonly string[];
  readonly listListeners: () => Promise<readonly ListenerStatus[]>;
  readonly jobs: Jobs;
  readonly deadLetters: DeadLetters;
  readonly views: readonly View[];
  readonly listViews: () => Promise<ViewsStatus>;
  /** What this instance did in the last ten minutes, by the second. */
  readonly listActivity: () => readonly Second[];
  /** What this instance knows of one command by its correlation id; undefined where it knows nothing. */
  readonly findFlow: (correlationId: string) => readonly Step[] | undefined;
  readonly listGaps: () => Promise<readonly Gap[]>;
  readonly rebuild: (view: View, requestUnitsPerSecond?: number) => Promise<string>;
  readonly flipBack: (view: View) => Promise<string | undefined>;
  /** The id of the job; undefined where there is no such aggregate. A stream begins again as a whole or not at all. */
  readonly replay: (
    addressee: string,
    asked: ReplayRequest,
  ) => Promise<{ readonly jobId: string } | 'onlyAsAWhole' | undefined>;
  readonly replayToWebhook: (jobId: string, webhookId: string, asked: ReplayRequest) => Promise<void>;
};

/** Those with a maximum stop then, and continue with the next call. */
type ForBackground = {
  /** The name of the topic. */
  readonly topic: string;
  /** Those that have a listener which is on. */
  readonly subscriptions: readonly Subscription[];
  readonly handleMessages: (subscription: Subscription, messages: readonly ReceivedMessage[]) => Promise<void>;
  /** Returns how many messages it sent. */
  readonly relay: (maximumMs: number) => Promise<number>;
  /** Sends events to the stream, if there is one; never throws. */
  readonly stream: (maximumMs: number) => Promise<void>;
  readonly reconcile: (maximumMs: number) => Promise<void>;
  readonly runReplays: (maximumMs: number) => Promise<void>;
  readonly superviseViews: (maximumMs: number) => Promise<void>;
  readonly runRebuildStep: (step: RebuildStep) => Promise<void>;
  readonly failRebuild: (jobId: string, reason: string) => Promise<void>;
};

type Lifecycle = {
  readonly hasTelemetry: boolean;
  /** Called before the first request. */
  readonly begin: () => Promise<void>;
  /** Called after the last request; takes a bounded time. */
  readonly close: () => Promise<void>;
};

/** Everything that the endpoints and the background functions of any context work with. */
export type ContextServices = { readonly clock: Clock; readonly log: Log } & ForRequests &
  ForCommands &
  ForQueries &
  ForOperators &
  ForBackground &
  Lifecycle;

/** The console; undefined where it is switched off. */
type Console =
  | {
      /** The zone in which the bank's days begin and end. */
      readonly timeZone: string;
      /** Where tokens are the door. */
      readonly signIn:
        | {
            readonly client: {
              readonly issuer: string;
              readonly clientId: string;
              readonly scope: string;
              readonly customerClaim: string;
            };
            /** Those that the page asks for the issuer's metadata and for tokens. */
            readonly origins: () => Promise<readonly string[]>;
          }
        | undefined;
    }
  | undefined;

/** What the bank's own endpoints work with besides. */
export type Services = ContextServices &
  Quotes &
  Pick<Bank, 'cachedAccount'> & {
    readonly console: Console;
    readonly webhooks: ManageWebhooks;
    /** What is wrong with the URL of a webhook. */
    readonly problemOfUrl: (url: string) => string | undefined;
    /** Makes a long statement when its turn comes: each takes much memory and time. */
    readonly takeRenderingTurn: TakeTurn;
    readonly listInvariants: () => Promise<readonly InvariantStatus[]>;
    /** Transfers that are on their way for more than a minute, the oldest first, some of them. */
    readonly listLateTransfers: () => Promise<readonly TransferEntry[]>;
  };
