import { messageTooLarge } from './errors.ts';
import { maxMessageBytes, type Content } from './message.ts';
import type { Value } from './value.ts';

type Properties = ReadonlyMap<string, Value>;

/** How a receiver settles a message that it holds. */
export type Disposition =
  | { readonly type: 'complete' }
  | { readonly type: 'abandon' | 'defer'; readonly properties: Properties }
  | {
      readonly type: 'deadLetter';
      readonly properties: Properties;
      readonly reason?: string;
      readonly description?: string;
    };

/** The limit for a message to which receivers have added properties. */
const maxGrownBytes = maxMessageBytes + 65_536;

/** Adds the receiver's properties to the content. Throws when that makes it too large. */
export function amend(content: Content, disposition: Disposition): Content {
  if (disposition.type === 'complete') return content;
  const withProperties = content.withApplicationProperties(disposition.properties);
  const amended = disposition.type === 'deadLetter' ? withReason(withProperties, disposition) : withProperties;
  const { length } = amended.bytes;
  if (length > maxGrownBytes) throw messageTooLarge(length, maxGrownBytes);
  return amended;
}

/** Writes the reason into the application properties, where readers of dead letters find it. */
export function withReason(
  content: Content,
  why: { readonly reason?: string; readonly description?: string },
): Content {
  return content.withApplicationProperties(
    new Map([
      ...(why.reason === undefined ? [] : [['DeadLetterReason', why.reason] as const]),
      ...(why.description === undefined ? [] : [['DeadLetterErrorDescription', why.description] as const]),
    ]),
  );
}
