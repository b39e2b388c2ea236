import { resolve } from 'node:path';
import { createApiClient, type ApiClient } from '../client/client.ts';
import { findRunningApp } from './runningApp.ts';

/** The flags of all commands that call the app, for `parseArgs`. */
export const apiFlags = {
  url: { type: 'string' },
  data: { type: 'string', default: '.daybook' },
  key: { type: 'string' },
  token: { type: 'string' },
} as const;

export const apiUsage = `
  --data <folder>     finds the app that runs on this folder (${apiFlags.data.default})
  --url <origin>      instead, the address of the app
  --key <key>         the master key, if the app requires keys
  --token <token>     an operator's access token, if the app requires tokens`;

type Credentials = { readonly key?: string | undefined; readonly token?: string | undefined };

type Target = Credentials & { readonly url?: string | undefined; readonly data: string };

/** The API of the app at this address or, without one, of the app that runs on this data folder. Throws an Error if none does. */
export const findApi = async ({ url, data, ...credentials }: Target): Promise<ApiClient> => {
  const found = url ?? (await findRunningApp(data))?.url;
  if (found !== undefined) return createApi({ url: found, ...credentials });
  throw new Error(
    `No app runs on the data folder ${resolve(data)}: start one by "npm start", name the folder of another one by --data, ` +
      'or its address by --url.',
  );
};

/** The API of a running app. */
export const createApi = (target: Credentials & { readonly url: string }): ApiClient =>
  createApiClient({
    ...target,
    fetch: (request) =>
      fetch(request).catch((error: unknown) => {
        throw new Error(`The app does not answer at ${target.url}; --url names another address.`, { cause: error });
      }),
  });

type Answered<Body> = { readonly data?: Body; readonly error?: unknown; readonly response: Response };

/** The body of a success. Throws an Error with the app's reason if it refuses. */
export const bodyOf = <Body>({ data, error, response }: Answered<Body>): Body => {
  if (data !== undefined) return data;
  const { pathname } = new URL(response.url);
  throw new Error(`${pathname} was answered ${response.status}. ${detailOf(error)}`.trim());
};

type Problem = { readonly detail?: string; readonly errors?: readonly { pointer: string; message: string }[] };

/** The text of a problem document, with each mistake that it names. */
const detailOf = (body: unknown): string => {
  const { detail = '', errors = [] } = (body ?? {}) as Problem;
  return [detail, ...errors.map(({ pointer, message }) => `${pointer} ${message}.`)].join(' ').trim();
};
