/** A part of a JSON pointer (RFC 6901). It is cut, since a caller may have written it. */
export const pointerPart = (part: string | number): string =>
  `/${String(part).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;
