import { readFile } from 'node:fs/promises';
import { fontFiles, type FontName } from './fontFiles.ts';

/** Reads the file of a font. The bundle has each in a chunk of its own, which it loads for the first text that needs it (deployment/build.ts). */
export const readFont = (name: FontName): Promise<Uint8Array> =>
  readFile(new URL(`../node_modules/${fontFiles[name]}`, import.meta.url));
