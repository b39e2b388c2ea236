import { badRequest } from '../errors.ts';

type InContainer = { readonly database: string; readonly container: string };

/** The resource that the path of a request addresses. */
export type Route =
  | { readonly kind: 'account' | 'databases' | 'offers' }
  | { readonly kind: 'database' | 'containers'; readonly database: string }
  | ({ readonly kind: 'container' | 'ranges' | 'items' | 'partitionKeyDelete' } & InContainer)
  | ({ readonly kind: 'item'; readonly id: string } & InContainer)
  | { readonly kind: 'unsupported'; readonly type: string };

/** The resource type and link that a request's signature covers. */
export type ResourceLink = { readonly type: string; readonly link: string };

/**
 * The decoded names of a path. Ids may contain any character but '/', '\' and '#', and clients do not encode '?', so
 * the whole URL is the path. Clients send no query strings.
 */
export const segmentsOf = (url: string): readonly string[] => {
  try {
    return url.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    throw badRequest('The path of the request is not valid.');
  }
};

/** The type and link that a client signs. A feed has the link of its parent, any other resource its own. */
export const resourceLink = (segments: readonly string[]): ResourceLink => {
  const [type = '', id = ''] = segments;
  if (type === 'offers') return { type, link: id.toLowerCase() };
  if (segments[4] === 'operations') return { type: 'colls', link: segments.slice(0, 4).join('/') };
  if (segments.length % 2 === 1) return { type: segments.at(-1) ?? '', link: segments.slice(0, -1).join('/') };
  return { type: segments.at(-2) ?? '', link: segments.join('/') };
};

export const routeOf = (segments: readonly string[]): Route => {
  const [dbs, database, colls, container, docs, id, ...rest] = segments;
  if (dbs === undefined) return { kind: 'account' };
  if (dbs === 'offers') return { kind: 'offers' };
  const unsupported: Route = { kind: 'unsupported', type: segments.filter((_, at) => at % 2 === 0).at(-1) ?? '' };
  if (dbs !== 'dbs' || rest.length > 0) return unsupported;
  if (database === undefined) return { kind: 'databases' };
  if (colls === undefined) return { kind: 'database', database };
  if (colls !== 'colls') return unsupported;
  if (container === undefined) return { kind: 'containers', database };
  if (docs === undefined) return { kind: 'container', database, container };
  if (docs === 'pkranges' && id === undefined) return { kind: 'ranges', database, container };
  if (docs === 'operations' && id === 'partitionkeydelete') return { kind: 'partitionKeyDelete', database, container };
  if (docs !== 'docs') return unsupported;
  return id === undefined ? { kind: 'items', database, container } : { kind: 'item', database, container, id };
};
