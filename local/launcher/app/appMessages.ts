import type { RunningFunction } from '../../functionsHost/host.ts';
import type { LogEntry } from '../../functionsHost/log.ts';

/** A message from the app's process to the process that started it. The app itself may send other messages. */
export type FromApp =
  | { readonly type: 'loaded'; readonly file: string }
  | { readonly type: 'log'; readonly entry: LogEntry }
  | { readonly type: 'storage' }
  | { readonly type: 'ready'; readonly port: number; readonly functions: readonly RunningFunction[] }
  | { readonly type: 'failed'; readonly message: string };

/** A message to the app's process. */
export type ToApp =
  { readonly type: 'close' } | { readonly type: 'storage'; readonly connectionString?: string; readonly why?: string };
