import { xml } from './xml.ts';

const atomNamespace = 'http://www.w3.org/2005/Atom';
const contentNamespaces = {
  xmlns: 'http://schemas.microsoft.com/netservices/2010/10/servicebus/connect',
  'xmlns:i': 'http://www.w3.org/2001/XMLSchema-instance',
};

/** One described entity or rule. Client libraries read its names from `id`, which is a URL. */
export type Entry = {
  readonly id: string;
  readonly title: string;
  /** The name and the content of the description element. */
  readonly description: readonly [string, readonly string[]];
};

export function writeEntry({ id, title, description: [name, content] }: Entry, now: Date): string {
  const parts = [
    xml('id', id),
    xml('title', title, { type: 'text' }),
    xml('published', now.toISOString()),
    xml('updated', now.toISOString()),
    xml('content', [xml(name, content, contentNamespaces)], { type: 'application/xml' }),
  ];
  return xml('entry', parts, { xmlns: atomNamespace });
}

/** A page of entries; `next` is the URL of the following page. */
export function writeFeed(self: string, entries: readonly Entry[], next: string | undefined, now: Date): string {
  const links = [
    xml('link', '', { rel: 'self', href: self }),
    // Client libraries look for this link only in a list of several links.
    ...(next === undefined ? [] : [xml('link', '', { rel: 'next', href: next })]),
  ];
  const parts = [
    xml('title', 'Publicly Listed Services', { type: 'text' }),
    xml('id', self),
    xml('updated', now.toISOString()),
    ...links,
    ...entries.map((entry) => writeEntry(entry, now)),
  ];
  return xml('feed', parts, { xmlns: atomNamespace });
}

export const writeError = (status: number, detail: string) =>
  xml('Error', [xml('Code', String(status)), xml('Detail', detail)]);
