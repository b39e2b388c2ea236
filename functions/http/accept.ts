const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const quoted = String.raw`"(?:[^"\\]|\\.)*"`;
const range = new RegExp(`^(${token})/(${token})((?:[ \\t]*;[ \\t]*${token}=(?:${token}|${quoted}))*)$`);
const weight = /;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)[ \t]*(?:;|$)/i;

type Range = { readonly type: string; readonly subtype: string; readonly quality: number };

const read = (element: string): Range[] => {
  const [, type, subtype, parameters] = range.exec(element.trim()) ?? [];
  if (type === undefined || subtype === undefined || parameters === undefined) return [];
  const [, quality = '1'] = weight.exec(parameters) ?? [];
  return [{ type: type.toLowerCase(), subtype: subtype.toLowerCase(), quality: Number(quality) }];
};

/** The weight of the most specific range that a media type is in; 0 where it is in none. */
const qualityOf = (mediaType: string, ranges: readonly Range[]): number => {
  const [type = '', subtype = ''] = mediaType.split('/');
  const matching = (a: string, b: string) => ranges.find((each) => each.type === a && each.subtype === b);
  return (matching(type, subtype) ?? matching(type, '*') ?? matching('*', '*'))?.quality ?? 0;
};

/**
 * Which of some media types an `Accept` header prefers (RFC 9110, section 12.5.1); the first of those that it likes equally, and of all
 * where there is no header. Undefined where it takes none of them. Parameters other than `q` do not count; what cannot be read takes
 * nothing.
 */
export const preferred = <Type extends string>(
  accept: string | undefined,
  mediaTypes: readonly Type[],
): Type | undefined => {
  if (accept === undefined || accept.trim() === '') return mediaTypes[0];
  const ranges = accept.split(',').flatMap(read);
  const weighted = mediaTypes.map((mediaType) => ({ mediaType, quality: qualityOf(mediaType, ranges) }));
  const best = Math.max(...weighted.map(({ quality }) => quality));
  return best > 0 ? weighted.find(({ quality }) => quality === best)?.mediaType : undefined;
};
