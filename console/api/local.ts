import { signal } from '@preact/signals';
import { config } from '../app/config.ts';
import { credentials } from '../app/door.ts';
import type { Reply } from './query.ts';

/** What the launcher serves beside the app, on this machine alone: the paths of its routes, and the address of the inbox. */
export type Served = { readonly faults?: string; readonly demo?: string; readonly inbox?: string };

/** Undefined until it is known; nothing where there is no launcher, as in Azure, or the master key is not known. */
export const served = signal<Served | undefined>(undefined);

type Options = { readonly method?: 'GET' | 'POST' | 'DELETE'; readonly body?: object; readonly signal?: AbortSignal };

/** Asks the launcher. What it refuses closes no door of the app. */
export const askLauncher = async <Answer>(
  path: string,
  { method = 'GET', body, signal: ends }: Options = {},
): Promise<Reply<Answer>> => {
  const { masterKey, key } = credentials.peek();
  const shown = masterKey ?? key;
  const response = await fetch(path, {
    method,
    headers: {
      ...(shown !== undefined && { 'x-functions-key': shown }),
      ...(method !== 'GET' && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    ...(ends && { signal: ends }),
  });
  const answer: unknown = isJson(response) ? await response.json() : undefined;
  if (response.ok) return { data: answer as Answer, response };
  const { error: detail } = (answer ?? {}) as { readonly error?: string };
  return { error: { title: 'The launcher refused it', detail }, response };
};

const isJson = ({ headers }: Response): boolean => headers.get('content-type')?.startsWith('application/json') ?? false;

let looking = new AbortController();

/** A look ends the one before, which may have shown another key. */
const look = async (): Promise<void> => {
  looking.abort();
  looking = new AbortController();
  const { signal: ended } = looking;
  try {
    const { data = {} } = await askLauncher<Served>('/_local', { signal: ended });
    if (!ended.aborted) served.value = data;
  } catch (error) {
    if (ended.aborted) return;
    if (!(error instanceof TypeError)) throw error;
    served.value ??= {};
  }
};

/** Looks for a launcher, and again whenever somebody shows another key. Tokens open none. */
export const findLauncher = (): void => {
  if (config.door === 'token') {
    served.value = {};
    return;
  }
  credentials.subscribe(() => void look());
};
