import type { RunningFunction, RunningHost } from '../../functionsHost/host.ts';
import type { LocalRoutes } from '../../functionsHost/http/localRoutes.ts';
import type { LogEntry } from '../../functionsHost/log.ts';
import type { CallMessage } from './calls.ts';

/** A message from the app's process to the process that started it. The app itself may send other messages. */
export type FromApp =
  | { readonly type: 'loaded'; readonly file: string }
  | { readonly type: 'log'; readonly entry: LogEntry }
  | { readonly type: 'ready'; readonly port: number; readonly functions: readonly RunningFunction[] }
  | { readonly type: 'failed'; readonly message: string };

/** A message to the app's process, beside calls. */
export type ToApp = CallMessage | { readonly type: 'close' };

/** What the app's process calls in the process that started it. */
export type ForApp = {
  /** The connection string of storage. */
  readonly storage: (given?: undefined) => Promise<string>;
  readonly local: LocalRoutes;
};

/** What the process that started it calls in the app's process. */
export type OfApp = {
  readonly rest: (given?: undefined) => ReturnType<RunningHost['rest']>;
  readonly wake: (given?: undefined) => ReturnType<RunningHost['wake']>;
};
