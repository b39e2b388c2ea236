import { createApiClient, type ApiClient } from '../client/client.ts';

/** The flags of all commands that call the app, for `parseArgs`. */
export const apiFlags = {
  url: { type: 'string', default: 'http://localhost:7071' },
  key: { type: 'string' },
  token: { type: 'string' },
} as const;

export const apiUsage = `
  --url <origin>      address of the app (${apiFlags.url.default})
  --key <key>         the master key, if the app requires keys
  --token <token>     an operator's access token, if the app requires tokens`;

type Target = { readonly url: string; readonly key?: string | undefined; readonly token?: string | undefined };

/** The API of a running app. */
export const createApi = (target: Target): ApiClient =>
  createApiClient({
    ...target,
    fetch: (request) =>
      fetch(request).catch((error: unknown) => {
        throw new Error(`The app does not answer at ${target.url}`, { cause: error });
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
