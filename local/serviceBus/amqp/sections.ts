import type { Value } from '../broker/value.ts';
import { elementsOf, readValue, skipValue } from './decode.ts';
import { malformed } from './errors.ts';

/** The descriptors of the sections of a message, in the order that AMQP prescribes. */
export const sectionCodes = {
  header: 0x70,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  value: 0x77,
  footer: 0x78,
};

/** One section of an encoded message: its descriptor, where it starts, where its value starts, and where it ends. */
export type Section = { readonly code: number; readonly start: number; readonly value: number; readonly end: number };

/** Finds the sections of an encoded message. Throws an AmqpError unless each is well-formed and all are in order. */
export function sectionsOf(message: Buffer): Section[] {
  const sections: Section[] = [];
  let start = 0;
  while (start < message.length) {
    const end = skipValue(message, start, message.length);
    const value = message[start] === 0 ? skipValue(message, start + 1, end) : start;
    const code = value === start ? undefined : readValue(message, start + 1);
    if (typeof code !== 'number' || code < sectionCodes.header || code > sectionCodes.footer) {
      throw malformed('a part of the message is no section');
    }
    if (code < (sections.at(-1)?.code ?? 0)) throw malformed('the sections of the message are out of order');
    sections.push({ code, start, value, end });
    start = end;
  }
  return sections;
}

export const findSection = (sections: readonly Section[], code: number): Section | undefined =>
  sections.find((candidate) => candidate.code === code);

/** Reads a section that is a list; empty if the message has no such section. */
export function readList(buffer: Buffer, section: Section | undefined): Value[] {
  const value = section ? readValue(buffer, section.value) : [];
  if (!Array.isArray(value)) throw malformed('a section is not a list');
  return value;
}

/** Reads a section that is a map; empty if the message has no such section. */
export function readMap(buffer: Buffer, section: Section | undefined): ReadonlyMap<Value, Value> {
  const value = section ? readValue(buffer, section.value) : new Map<Value, Value>();
  if (!(value instanceof Map)) throw malformed('a section is not a map');
  return value;
}

/** The entries of an encoded map, still encoded, except those with a text key that `isDropped` accepts. */
export function withoutKeys(buffer: Buffer, offset: number, isDropped: (key: string) => boolean): Buffer[] {
  const elements = elementsOf(buffer, offset);
  return elements.filter((_, index) => {
    const key = elements[index - (index % 2)];
    const name = key && readValue(key, 0);
    return !(typeof name === 'string' && isDropped(name));
  });
}
