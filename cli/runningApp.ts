import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const runningApp = z.object({ pid: z.int().positive(), url: z.url() });

/** An app that runs on a data folder of this machine. */
export type RunningApp = z.infer<typeof runningApp>;

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process runs, too.
    return isCode(error, 'EPERM');
  }
};

/** Finds the app that runs on this data folder. Undefined if none does, also where one was killed and left its file. */
export const findRunningApp = async (data: string): Promise<RunningApp | undefined> => {
  let text: string;
  try {
    text = await readFile(join(resolve(data), 'running.json'), 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  const found = runningApp.safeParse(readJson(text)).data;
  return found && runs(found.pid) ? found : undefined;
};

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The app is writing it: it is not ready yet.
    return undefined;
  }
};
