import { timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { AuthLevel } from '../hostFunction.ts';
import { HostError } from '../hostError.ts';
import { parseJson } from '../settings.ts';
import { messageOf } from '../../service/thrown.ts';

const named = z.record(z.string(), z.string().min(1)).default({});

const keyFile = z.strictObject({
  /** Opens everything, the admin endpoints included. */
  master: z.string().min(1),
  /** By name; each opens every function of level `function`. */
  host: named,
  /** By function, then by name; each opens that function. */
  functions: z.record(z.string(), named).default({}),
});

type KeyFile = z.output<typeof keyFile>;

/** Says what a request's key allows: everything (`admin`), functions of level `function`, or only `anonymous` ones. */
export type Keys = { readonly levelOf: (request: IncomingMessage, url: URL, functionName?: string) => AuthLevel };

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const createKeys = ({ master, host, functions }: KeyFile): Keys => {
  const ownKeys = new Map(Object.entries(functions).map(([name, keys]) => [name.toLowerCase(), Object.values(keys)]));
  const isOneOf = (given: string, keys: readonly string[]): boolean =>
    keys.some((key) => timingSafeEqual(digest(given), digest(key)));
  return {
    levelOf: ({ headers }, url, functionName = '') => {
      const header = headers['x-functions-key'];
      // The header wins, even if the query has a stronger key. An empty one counts as absent, as all headers without a value do.
      const given = typeof header === 'string' && header !== '' ? header : (url.searchParams.get('code') ?? '');
      if (given === '') return 'anonymous';
      if (isOneOf(given, [master])) return 'admin';
      const fitting = [...Object.values(host), ...(ownKeys.get(functionName.toLowerCase()) ?? [])];
      return isOneOf(given, fitting) ? 'function' : 'anonymous';
    },
  };
};

/** Reads a file of keys: `{ "master": "…", "host": { "default": "…" }, "functions": { "depositMoney": { "default": "…" } } }`. */
export const loadKeys = async (path: string): Promise<Keys> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new HostError(`The keys cannot be read: ${messageOf(error)}`);
  }
  const parsed = keyFile.safeParse(parseJson(text, path));
  if (!parsed.success) throw new HostError(`${path}: ${z.prettifyError(parsed.error)}`);
  return createKeys(parsed.data);
};

const rank: Readonly<Record<AuthLevel, number>> = { anonymous: 0, function: 1, admin: 2 };

export const isEnough = (level: AuthLevel, needed: AuthLevel): boolean => rank[level] >= rank[needed];
