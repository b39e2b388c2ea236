/** An XML element; `text` is the text directly in it. Names have no prefixes: none is ambiguous where it occurs. */
export type XmlElement = {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
};

type OpenElement = { name: string; attributes: Map<string, string>; children: XmlElement[]; text: string };

/** The source is not XML, or uses a part of XML that is not supported. */
export class XmlError extends Error {}

const maxDepth = 32;
const markup = /<\?[^>]*\?>|<!--[^]*?-->|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const attribute = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** Reads elements, attributes and text. Throws an XmlError for anything else, such as document types and CDATA. */
export function parseXml(source: string): XmlElement {
  const root: OpenElement = { name: '', attributes: new Map(), children: [], text: '' };
  const open = [root];
  let position = 0;
  while (position < source.length) {
    const next = source.indexOf('<', position);
    const end = next < 0 ? source.length : next;
    const current = open.at(-1) ?? root;
    current.text += unescapeXml(source.slice(position, end));
    if (next < 0) break;
    markup.lastIndex = next;
    const match = markup.exec(source);
    if (!match) throw new XmlError(`The XML cannot be read: ${source.slice(next, next + 30)}`);
    position = markup.lastIndex;
    const [, closing, qualified, attributes = '', selfClosing] = match;
    if (qualified === undefined) continue;
    const name = localName(qualified);
    if (closing === '/') {
      if (open.length < 2 || current.name !== name) throw new XmlError(`</${qualified}> closes nothing.`);
      open.pop();
      continue;
    }
    const element: OpenElement = { name, attributes: readAttributes(attributes), children: [], text: '' };
    current.children.push(element);
    if (selfClosing !== '/' && open.push(element) > maxDepth) throw new XmlError('The elements are nested too deeply.');
  }
  const [only, ...others] = root.children;
  if (open.length > 1 || !only || others.length > 0)
    throw new XmlError('The body is not exactly one complete element.');
  return only;
}

const localName = (qualified: string) => qualified.slice(qualified.lastIndexOf(':') + 1);

const readAttributes = (source: string) =>
  new Map(
    [...source.matchAll(attribute)].map(([, name = '', double, single]) => [
      localName(name),
      unescapeXml(double ?? single ?? ''),
    ]),
  );

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescapeXml = (text: string) =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g, (_, decimal, hex, name) => {
    if (typeof name === 'string') return entities[name] ?? '';
    const code = typeof decimal === 'string' ? Number(decimal) : parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });

export const childOf = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((child) => child.name === name);

export const textOf = (element: XmlElement | undefined, name: string): string | undefined =>
  childOf(element, name)?.text;

/** Writes an element that contains text, or elements that are already written. */
export function xml(
  name: string,
  content: string | readonly string[],
  attributes: Record<string, string> = {},
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const inner = typeof content === 'string' ? escapeXml(content) : content.join('');
  return `<${name}${written.join('')}>${inner}</${name}>`;
}

// Replaces the characters that XML 1.0 cannot contain.
const escapeXml = (text: string) =>
  text
    // eslint-disable-next-line no-control-regex -- XML forbids exactly these
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
