import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** DejaVu Sans. The bundle holds the file itself, in the chunk that writes PDF (deployment/build.ts). */
export const font: Uint8Array = await readFile(
  createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
);
