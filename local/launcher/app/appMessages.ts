import type { RunningFunction } from '../../functionsHost/host.ts';
import type { LogEntry } from '../../functionsHost/log.ts';

/** What the app's process tells the process that started it. The app itself may send other messages. */
export type FromApp =
  | { readonly type: 'loaded'; readonly file: string }
  | { readonly type: 'log'; readonly entry: LogEntry }
  | { readonly type: 'storage' }
  | { readonly type: 'ready'; readonly port: number; readonly functions: readonly RunningFunction[] }
  | { readonly type: 'failed'; readonly message: string };

/** What the app's process is told. */
export type ToApp =
  { readonly type: 'close' } | { readonly type: 'storage'; readonly connectionString?: string; readonly why?: string };
