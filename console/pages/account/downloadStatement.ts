import { api } from '../../api/client.ts';
import { failureOf, unreachable, type Failure } from '../../api/failure.ts';
import { seenOf } from '../../api/positions.ts';

export type Form = { readonly title: string; readonly accept: string; readonly extension: string };

export const forms: readonly Form[] = [
  { title: 'PDF', accept: 'application/pdf', extension: 'pdf' },
  { title: 'CSV', accept: 'text/csv', extension: 'csv' },
  { title: 'camt.053', accept: 'application/xml', extension: 'xml' },
  { title: 'JSON', accept: 'application/json', extension: 'json' },
];

/** Saves a month's statement as a file, under the name that the bank gives it. Returns why there is none. */
export const downloadStatement = async (
  id: string,
  month: string,
  { accept, extension }: Form,
): Promise<Failure | undefined> => {
  try {
    const { data, error, response } = await api.GET('/api/accounts/{id}/statements/{month}', {
      params: { path: { id, month }, query: seenOf(id) },
      headers: { accept },
      parseAs: 'blob',
    });
    if (!data) return failureOf(error, response);
    const [, name = `${month}.${extension}`] =
      /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
    save(data, name);
    return undefined;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { ...unreachable, detail: 'Try again in a moment.' };
  }
};

const save = (content: Blob, name: string): void => {
  const href = URL.createObjectURL(content);
  Object.assign(document.createElement('a'), { href, download: name }).click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
};
