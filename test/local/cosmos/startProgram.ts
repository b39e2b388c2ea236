import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type StartedProgram = {
  readonly child: ChildProcess;
  readonly connectionString: string;
  /** `http://127.0.0.1:<port>/` */
  readonly endpoint: string;
};

/** Starts the embedded Cosmos DB in a process of its own. */
export const startProgram = async (...flags: string[]): Promise<StartedProgram> => {
  const path = join(import.meta.dirname, '../../../local/cosmos/main.ts');
  const child = spawn(process.execPath, [path, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(child.stdout)) {
    const connectionString = /^Cosmos DB is ready: (.+)$/.exec(line)?.[1] ?? '';
    return { child, connectionString, endpoint: /AccountEndpoint=([^;]+)/.exec(connectionString)?.[1] ?? '' };
  }
  throw new Error('The program has not started.');
};
