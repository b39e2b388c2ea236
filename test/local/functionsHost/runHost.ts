import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AppOptions } from '../../../local/launcher/app/appOptions.ts';
import type { FromApp } from '../../../local/launcher/app/appMessages.ts';
import type { RunningFunction } from '../../../local/functionsHost/host.ts';
import type { LogEntry } from '../../../local/functionsHost/log.ts';
import { temporaryFolder } from '../launcher/temporaryFolder.ts';

const appProcess = fileURLToPath(new URL('../../../local/launcher/app/appProcess.ts', import.meta.url));
export const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

export type TestHost = {
  readonly port: number;
  readonly url: string;
  readonly functions: readonly RunningFunction[];
  readonly log: readonly LogEntry[];
  /** All other messages that the app sent with `process.send`. */
  readonly sent: readonly { type: string; [key: string]: unknown }[];
  close(): Promise<void>;
};

/** Makes a folder with this host.json (and local.settings.json), which is removed after the tests. */
export const appRoot = async (hostJson: object = {}, localSettings?: object): Promise<string> => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'host.json'), JSON.stringify({ version: '2.0', ...hostJson }));
  if (localSettings) await writeFile(join(folder, 'local.settings.json'), JSON.stringify(localSettings));
  return folder;
};

/** Runs the host with a fixture in a process of its own. Rejects with its message if it fails to start. */
export const runHost = async (entry: string, options: Partial<Omit<AppOptions, 'entry'>> = {}): Promise<TestHost> => {
  const complete: AppOptions = { appRoot: await appRoot(), port: 0, ...options, entry: fixture(entry) };
  const child = fork(appProcess, [JSON.stringify(complete)], { execArgv: [], stdio: 'inherit' });
  const exited = once(child, 'exit');
  const log: LogEntry[] = [];
  const sent: TestHost['sent'][number][] = [];
  const ready = await new Promise<Extract<FromApp, { type: 'ready' }>>((resolve, reject) => {
    child.on('message', (message: FromApp | TestHost['sent'][number]) => {
      if ('entry' in message) log.push(message.entry as LogEntry);
      else if ('functions' in message) resolve(message as Extract<FromApp, { type: 'ready' }>);
      else if (message.type === 'failed' && 'message' in message) reject(new Error(String(message.message)));
      else if (message.type !== 'loaded') sent.push(message);
    });
    child.once('exit', (code) => reject(new Error(`The host ended with ${String(code)}.`)));
  });
  return {
    port: ready.port,
    url: `http://127.0.0.1:${ready.port}`,
    functions: ready.functions,
    log,
    sent,
    close: async () => {
      if (child.connected) child.send({ type: 'close' });
      await exited;
    },
  };
};

/** Waits until the condition holds; fails after twenty seconds. */
export const eventually = async <T>(
  read: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
): Promise<T> => {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
