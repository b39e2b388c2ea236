import type { Value } from '../broker/value.ts';
import { elementsOf, readValue } from './decode.ts';
import * as encode from './encode.ts';
import { findSection, readList, readMap, sectionCodes, sectionsOf } from './sections.ts';

/** A request to `$cbs` or `$management`: its application properties name the operation, its body has the arguments. */
export type Request = {
  /** Still encoded, because the reply repeats it with its exact type. */
  readonly messageId: Buffer;
  readonly replyTo: string;
  readonly applicationProperties: ReadonlyMap<Value, Value>;
  readonly body: Value;
};

export function decodeRequest(bytes: Buffer): Request {
  const sections = sectionsOf(bytes);
  const properties = findSection(sections, sectionCodes.properties);
  const body = findSection(sections, sectionCodes.value);
  const replyTo = readList(bytes, properties)[4];
  return {
    messageId: (properties && elementsOf(bytes, properties.value)[0]) ?? encode.nil,
    replyTo: typeof replyTo === 'string' ? replyTo : '',
    applicationProperties: readMap(bytes, findSection(sections, sectionCodes.applicationProperties)),
    body: body ? readValue(bytes, body.value) : null,
  };
}

/** Encodes the reply to a request from `applicationProperties` (keys and values alternate) and `body`, all encoded. */
export const encodeReply = (request: Request, applicationProperties: readonly Buffer[], body: Buffer): Buffer =>
  Buffer.concat([
    encode.described(
      sectionCodes.properties,
      encode.list([encode.nil, encode.nil, encode.nil, encode.nil, encode.nil, request.messageId]),
    ),
    encode.described(sectionCodes.applicationProperties, encode.map(applicationProperties)),
    encode.described(sectionCodes.value, body),
  ]);
