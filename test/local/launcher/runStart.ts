import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
export const script = path('../../../local/launcher/start.ts');
export const hostScript = path('../../../local/launcher/host.ts');
export const app = path('../fixtures/app/main.ts');
export const topology = path('../fixtures/topology.json');

export type Ready = {
  ready: true;
  port: number;
  cosmosPort: number;
  serviceBusPort: number;
  queuePort?: number;
  mailPort?: number;
};

export type Started = {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly errors: () => string;
  readonly ready: Promise<Ready>;
  /** How the process ended. Resolves once it, and every process that it started, has closed its output. */
  readonly gone: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/** The flags for free ports and this data folder. */
export const flags = (data: string, ...more: string[]): string[] => [
  ...['--app', app, '--topology', topology, '--data', data, '--ready-json'],
  ...['--port', '0', '--cosmos-port', '0', '--servicebus-port', '0'],
  ...more,
];

/** Runs any command that starts start.ts in the end. */
export const follow = (
  command: string,
  args: readonly string[],
  { cwd, env }: { cwd?: string; env?: Record<string, string> } = {},
): Started => {
  // Vitest asks all programs for colours where its own terminal has them.
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, FORCE_COLOR: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ready = new Promise<Ready>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const line = /^\{"ready":true.*\}$/m.exec(out)?.[0];
      if (line !== undefined) resolve(JSON.parse(line) as Ready);
    });
    child.once('close', () => reject(new Error(`It ended before it was ready:\n${out}\n${errors}`)));
  });
  // Some tests never wait for it, and its rejection must not fail them.
  ready.catch(() => undefined);
  const gone = new Promise<Awaited<Started['gone']>>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, out: () => out, errors: () => errors, ready, gone };
};

export const start = (...args: string[]): Started => follow(process.execPath, [script, ...args]);
