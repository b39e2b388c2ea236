import type { Output } from './outputs.ts';
import type { Retry } from './retry.ts';
import type { FunctionCallback, FunctionMetadata } from './rpc.ts';

export type AuthLevel = 'anonymous' | 'function' | 'admin';

export type HttpTrigger = {
  readonly kind: 'http';
  readonly methods: readonly string[];
  readonly route: string;
  readonly authLevel: AuthLevel;
};

export type ServiceBusTrigger = {
  readonly kind: 'serviceBus';
  readonly connectionString: string;
  readonly entity: { readonly queue: string } | { readonly topic: string; readonly subscription: string };
  readonly batch: boolean;
  readonly sessions: boolean;
};

export type QueueTrigger = { readonly kind: 'queue'; readonly connectionString: string; readonly queue: string };

/** `monitor`: whether the host records its runs, so that it can make up for a missed one. */
export type TimerTrigger = {
  readonly kind: 'timer';
  readonly schedule: string;
  readonly runOnStartup: boolean;
  readonly monitor: boolean;
};

export type Trigger = HttpTrigger | ServiceBusTrigger | QueueTrigger | TimerTrigger;

/** A function that this host can run: its settings are resolved, its options understood. */
export type HostFunction<T extends Trigger = Trigger> = {
  readonly name: string;
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
  /** The name of the binding under which the host sends the trigger's value. */
  readonly triggerBinding: string;
  readonly trigger: T;
  readonly outputs: readonly Output[];
  readonly retry?: Retry;
};
