import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { badRequest, problem } from './problem.ts';
import type { Answer } from './answer.ts';

const envelope = z.strictObject({
  list: z.string(),
  /** The generation of the view that the list shows. */
  generation: z.string(),
  key: z.unknown(),
});

/** Takes the same time wherever two texts of one length differ. */
export const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

export const cursorLimit = 2_000;
export const cursorPattern = String.raw`^[\w-]+\.[\w-]{22}$`;

export type CursorScope = { readonly list: string; readonly generation: string };

export type Cursors = ReturnType<typeof createCursors>;

const sign = (secret: string, payload: string): string =>
  createHmac('sha256', secret).update(payload).digest('base64url').slice(0, 22);

/** Where the next page begins: a key of the last item, signed with the first secret and verified with all. */
export const createCursors = (secrets: readonly [string, ...string[]]) => {
  return {
    write({ list, generation }: CursorScope, key: unknown): string {
      const payload = Buffer.from(JSON.stringify({ list, generation, key })).toString('base64url');
      return `${payload}.${sign(secrets[0], payload)}`;
    },

    read<Key>(
      { list, generation }: CursorScope,
      schema: z.ZodType<Key>,
      cursor: string | undefined,
    ): { key: Key | undefined } | { refusal: Answer } {
      if (cursor === undefined) return { key: undefined };
      const rubbish = { refusal: badRequest({ pointer: '/query/cursor', message: 'is not a cursor of this list' }) };
      const [payload = '', signature = '', ...more] = cursor.split('.');
      const isSigned = secrets.some((secret) => isSame(signature, sign(secret, payload)));
      if (more.length > 0 || !isSigned) return rubbish;
      const opened = envelope.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
      if (opened.list !== list) return rubbish;
      if (opened.generation !== generation) return { refusal: problem('CursorExpired') };
      return { key: schema.parse(opened.key) };
    },
  };
};
