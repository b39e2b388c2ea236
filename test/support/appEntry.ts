import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The app that runs end to end: its sources, or what DAYBOOK_APP names, such as a bundle of them. */
export const appEntry = process.env.DAYBOOK_APP
  ? resolve(process.env.DAYBOOK_APP)
  : fileURLToPath(new URL('../../functions/main.ts', import.meta.url));
