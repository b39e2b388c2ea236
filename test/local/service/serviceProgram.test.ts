import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { eventually } from '../functionsHost/runHost.ts';
import { follow } from '../launcher/runStart.ts';
import { temporaryFolder } from '../launcher/temporaryFolder.ts';

const main = (service: string): string => fileURLToPath(new URL(`../../../local/${service}/main.ts`, import.meta.url));

it.each([
  ['cosmos', 'cosmos.sqlite'],
  ['serviceBus', 'serviceBus.sqlite'],
])('a service that npm runs (%s) ends cleanly when npm is told to', async (service, file) => {
  const [folder, data] = [await temporaryFolder(), await temporaryFolder()];
  const config = join(folder, 'config.json');
  await writeFile(config, JSON.stringify({ UserConfig: { Namespaces: [{ Name: 'n' }] } }));
  const flags = ['--port', '0', '--data', data, ...(service === 'serviceBus' ? ['--config', config] : [])];
  // With two commands, the shell starts a process for the first one and stays itself.
  const scripts = { start: `node ${main(service)} ${flags.join(' ')} && echo over` };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts }));
  const npm = follow('npm', ['start'], { cwd: folder });
  await eventually(() => npm.out().includes('is ready'), 'the service');
  npm.child.kill('SIGTERM');
  await npm.gone;
  // SQLite has merged its write-ahead log.
  expect(await readdir(data)).toEqual([file]);
});
