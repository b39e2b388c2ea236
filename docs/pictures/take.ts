import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takePictures } from './takePictures.ts';

const data = await mkdtemp(join(tmpdir(), 'daybook-pictures-'));
try {
  for (const file of await takePictures({ data, folder: fileURLToPath(new URL('.', import.meta.url)) })) {
    process.stdout.write(`${file}\n`);
  }
} finally {
  await rm(data, { recursive: true, force: true });
}
