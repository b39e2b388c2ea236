import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './temporaryFolder.ts';

const packages = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** An app of its own that a test may change: its files by name, `main.ts` the entry. Gives back its folder. */
export const writeApp = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const folder = await temporaryFolder();
  await symlink(packages, join(folder, 'node_modules'));
  const all = { 'package.json': '{ "type": "module" }', 'host.json': '{ "version": "2.0" }', ...files };
  for (const [name, text] of Object.entries(all)) await writeFile(join(folder, name), text);
  return folder;
};
