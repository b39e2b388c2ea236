import { effect, signal } from '@preact/signals';

/** Where a reader is: the part of the address behind `#`, so that links can be shared and the app serves one page. */
export type Place = { readonly path: string; readonly query: URLSearchParams };

const read = (): Place => {
  const [path = '', query = ''] = location.hash.slice(1).split('?', 2);
  return { path: path === '' ? '/' : path, query: new URLSearchParams(query) };
};

export const place = signal<Place>(read());
addEventListener('hashchange', () => (place.value = read()));

type Query = Readonly<Record<string, string | undefined>>;

/** The address of a place; parts of the query without a value are left out. */
export const linkTo = (path: string, query: Query = {}): string => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return `#${path}${given.length > 0 ? `?${new URLSearchParams(given).toString()}` : ''}`;
};

export const go = (path: string, query: Query = {}): void => void (location.hash = linkTo(path, query));

/** Changes the query of the present place without another step in the browser's history. */
export const refine = (changes: Query): void => {
  const { path, query } = place.peek();
  const next = linkTo(path, { ...Object.fromEntries(query), ...changes });
  history.replaceState(history.state, '', next);
  place.value = read();
};

/** The values of the parameters of a pattern such as `/accounts/:id`, where a path fits it. */
export const match = (pattern: string, path: string): Readonly<Record<string, string>> | undefined => {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':') && value !== '') values[part.slice(1)] = decode(value);
    else if (part !== value) return undefined;
  }
  return values;
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** A reader who follows a link begins at the top of the page. */
export const followPlaces = (moved: () => void): void => {
  let last = place.peek().path;
  effect(() => {
    const { path } = place.value;
    if (path !== last) moved();
    last = path;
  });
};
