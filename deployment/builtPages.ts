import { readdir, readFile } from 'node:fs/promises';
import type { PageFile } from './pages.ts';

/** Takes the place of `pages.ts` in the bundle, which has the files of the pages beside it. */
export const bundlePages = async (): Promise<readonly PageFile[]> => {
  const folder = new URL('pages/', import.meta.url);
  const names = await readdir(folder);
  return Promise.all(names.map(async (name) => ({ name, content: await readFile(new URL(name, folder)) })));
};
