import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findApi } from '../../cli/api.ts';
import { findRunningApp } from '../../cli/runningApp.ts';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';

const folderWith = async (text: string): Promise<string> => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'running.json'), text);
  return folder;
};

it('the app that runs on a data folder is found by the file that it keeps there', async () => {
  const app = { pid: process.pid, url: 'http://localhost:7072' };
  expect(await findRunningApp(await folderWith(JSON.stringify(app)))).toEqual(app);
});

// No process has a number as large as the first.
it.each([
  '{"pid":2000000000,"url":"http://localhost:7072"}',
  '{"pid":',
  '{}',
  '[]',
  '{"pid":-1,"url":"http://localhost"}',
])('a file that says %s stands for no app', async (text) =>
  expect(await findRunningApp(await folderWith(text))).toBeUndefined(),
);

it('where no app runs, a command says how to name one', async () => {
  const data = await temporaryFolder();
  await expect(findApi({ data })).rejects.toThrow(/^No app runs on the data folder .*npm start.*--data.*--url\.$/);
});
