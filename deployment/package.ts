import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import project from '../package.json' with { type: 'json' };
import { pack, unpack } from './archive.ts';
import { tryApp } from './tryApp.ts';

/** Makes the zip file for deployment, with only the files that run, and runs it once from an empty folder. */
const archive = 'dist/daybook.zip';

const { name, version, type, main } = project;
const files = await readdir('dist', { recursive: true });
const chunks = files.filter((file) => file.endsWith('.js') || file.startsWith('pages/'));
await pack(archive, {
  'host.json': await readFile('host.json'),
  'package.json': JSON.stringify({ name, version, type, main }),
  ...Object.fromEntries(
    await Promise.all(chunks.map(async (file) => [`dist/${file}`, await readFile(join('dist', file))] as const)),
  ),
});

const folder = await mkdtemp(join(tmpdir(), 'daybook-package-'));
try {
  await unpack(archive, join(folder, 'app'));
  await tryApp(join(folder, 'app', main), join(folder, 'data'));
} finally {
  await rm(folder, { recursive: true, force: true });
}
const { size } = await stat(archive);
process.stdout.write(`${archive}: ${Math.round(size / 1_024)} KB, and it runs.\n`);
