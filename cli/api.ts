/** The operations of a running app. */
export type Api = {
  /** Returns the body of a success; throws an Error that says what was refused otherwise. */
  readonly request: (method: 'GET' | 'POST', path: string, body?: object) => Promise<unknown>;
};

type Problem = { readonly detail?: string; readonly errors?: readonly { pointer: string; message: string }[] };

/** What a problem document says, with each of the mistakes that it names. */
const detailOf = (body: unknown): string => {
  const { detail = '', errors = [] } = (body ?? {}) as Problem;
  return [detail, ...errors.map(({ pointer, message }) => `${pointer} ${message}.`)].join(' ').trim();
};

/** `url` is the app's origin; `key` a key that opens operations, where callers need one. */
export const createApi = (url: string, key: string | undefined): Api => ({
  async request(method, path, sent) {
    const headers = {
      ...(key !== undefined && { 'x-functions-key': key }),
      ...(sent && { 'content-type': 'application/json' }),
    };
    const init = { method, headers, ...(sent && { body: JSON.stringify(sent) }) };
    const response = await fetch(new URL(path, url), init).catch((error: unknown) => {
      throw new Error(`Nobody answers at ${url}`, { cause: error });
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const body: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}. ${detailOf(body)}`.trim());
    return body;
  },
});
