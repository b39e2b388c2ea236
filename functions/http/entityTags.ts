/** One of a list of entity tags (RFC 9110, section 8.8.3), without its quotes. */
type EntityTag = { readonly weak: boolean; readonly opaque: string };

const etag = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
// Recipients have to take empty elements, too.
const listPattern = String.raw`^[\t ,]*(?:${etag}[\t ]*(?:,[\t ,]*|$))+$`;
const list = new RegExp(listPattern);

/** For documents: a list of entity tags, or `*`. */
export const entityTagsPattern = String.raw`^\s*\*\s*$|${listPattern}`;

/** Undefined if the text is neither `*` nor a list of entity tags. */
export const parseEntityTags = (text: string): '*' | readonly EntityTag[] | undefined => {
  if (text.trim() === '*') return '*';
  if (!list.test(text)) return undefined;
  return [...text.matchAll(new RegExp(etag, 'g'))].map(([tag]) => {
    const weak = tag.startsWith('W/');
    return { weak, opaque: tag.slice(weak ? 3 : 1, -1) };
  });
};

/** `If-None-Match` compares weakly. A header that is malformed matches nothing. */
export const matchesWeakly = (ifNoneMatch: string | undefined, opaque: string): boolean => {
  const tags = parseEntityTags(ifNoneMatch ?? '');
  return tags === '*' || (tags?.some((tag) => tag.opaque === opaque) ?? false);
};

/** The ETag of one account or customer: a name may change, and so the answer, where the version does not. */
export const versionedTag = (version: number, hash: string): string => `${version}-${hash}`;

const versioned = /^([1-9]\d{0,14})(?:-.*)?$/s;

/** `If-Match` compares strongly, and of an ETag its version alone. */
export const versionsIn = (tags: '*' | readonly EntityTag[]): readonly number[] | 'any' =>
  tags === '*'
    ? 'any'
    : tags.flatMap(({ weak, opaque }) => {
        const version = weak ? undefined : versioned.exec(opaque)?.[1];
        return version === undefined ? [] : [Number(version)];
      });
