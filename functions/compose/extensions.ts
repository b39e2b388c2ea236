import type { Execute } from '../../application/commands/handlers.ts';
import type { TellWebhooks } from '../../application/webhooks/tell.ts';
import type { OpenWebhooks } from '../../application/webhooks/webhooks.ts';
import type { KnownRejection } from '../http/rejection.ts';
import type { ComposedStreaming } from './streaming.ts';

/** What a context composes itself: its commands, and who hears of its events beyond Service Bus. */
export type Extensions = {
  readonly execute: Execute<KnownRejection>;
  readonly webhooks?: { readonly tell: TellWebhooks } & Pick<OpenWebhooks, 'sendAgain' | 'status'>;
  readonly streaming?: ComposedStreaming;
  /** Ends what it does in the background, before the topic is closed. */
  readonly drain?: () => Promise<void>;
  /** Called last, but for the database and the telemetry. */
  readonly close?: () => Promise<void>;
};
