import type { z } from 'zod';
import { ServiceUnavailable } from './serviceUnavailable.ts';

export type Checkpoint = { readonly position: string; readonly etag: string };

export type Checkpoints = {
  load(process: string): Promise<Checkpoint | undefined>;
  /** 'conflict': another instance has saved since this etag was read; nothing was written. */
  save(process: string, position: string, expectedEtag: string | undefined): Promise<Checkpoint | 'conflict'>;
};

/** Reads what a process kept in its checkpoint: undefined where it kept nothing, or another version of the program wrote something else. */
export const keptIn = <Kept>(schema: z.ZodType<Kept>, checkpoint: Checkpoint | undefined): Kept | undefined =>
  readKept(schema, checkpoint?.position);

/** The same of the text that it kept. */
export const readKept = <Kept>(schema: z.ZodType<Kept>, text: string | undefined): Kept | undefined => {
  try {
    return text === undefined ? undefined : schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/**
 * Lists a page by the continuation that a process has kept; from the start where the store refuses that, such as one that is of the
 * store before a restore.
 */
export const listFrom = async <Page>(
  list: (continuation: string | undefined) => Promise<Page>,
  continuation: string | undefined,
): Promise<Page> => {
  try {
    return await list(continuation);
  } catch (error) {
    if (continuation === undefined || error instanceof ServiceUnavailable) throw error;
    return list(undefined);
  }
};
