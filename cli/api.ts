/** The API of a running app. */
export type Api = {
  /** Returns the body of the answer. Throws an Error with the reason if the app refuses or does not answer. */
  readonly request: (method: 'GET' | 'POST', path: string, body?: object) => Promise<unknown>;
};

type Problem = { readonly detail?: string; readonly errors?: readonly { pointer: string; message: string }[] };

/** The text of a problem document, with each mistake that it names. */
const detailOf = (body: unknown): string => {
  const { detail = '', errors = [] } = (body ?? {}) as Problem;
  return [detail, ...errors.map(({ pointer, message }) => `${pointer} ${message}.`)].join(' ').trim();
};

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

export const createApi = ({ url, key, token }: Target): Api => ({
  async request(method, path, sent) {
    const headers = {
      ...(key !== undefined && { 'x-functions-key': key }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      // Also without a body: it tells the app that no web page sent this.
      ...(method === 'POST' && { 'content-type': 'application/json' }),
    };
    const init = { method, headers, ...(sent && { body: JSON.stringify(sent) }) };
    const response = await fetch(new URL(path, url), init).catch((error: unknown) => {
      throw new Error(`The app does not answer at ${url}`, { cause: error });
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const body: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}. ${detailOf(body)}`.trim());
    return body;
  },
});
