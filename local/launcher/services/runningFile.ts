import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Cleanup } from '../program.ts';

export const runningFile = 'running.json';

/**
 * Says in the data folder which process runs an app on it, and where: commands find the app by it. A process that is killed leaves
 * the file, so readers have to ask whether its process runs.
 */
export const announce = async (data: string, port: number, cleanup: Cleanup): Promise<void> => {
  const file = join(resolve(data), runningFile);
  cleanup(() => rm(file, { force: true }));
  await writeFile(file, `${JSON.stringify({ pid: process.pid, url: `http://localhost:${port}` })}\n`);
};
