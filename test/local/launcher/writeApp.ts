import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './temporaryFolder.ts';

const packages = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** Writes an app that a test may change, from its files by name; `main.ts` is the entry. Returns its folder. */
export const writeApp = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const folder = await temporaryFolder();
  await symlink(packages, join(folder, 'node_modules'));
  const all = { 'package.json': '{ "type": "module" }', 'host.json': '{ "version": "2.0" }', ...files };
  for (const [name, text] of Object.entries(all)) await writeFile(join(folder, name), text);
  return folder;
};
