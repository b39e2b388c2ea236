import type { AmqpValue } from '../amqp/decode.ts';
import { messageTooLarge } from './errors.ts';
import { maxMessageBytes, withApplicationProperties } from './message.ts';

type Properties = ReadonlyMap<string, AmqpValue>;

/** What a receiver does with a message that it holds. */
export type Disposition =
  | { readonly type: 'complete' }
  | { readonly type: 'abandon' | 'defer'; readonly properties: Properties }
  | {
      readonly type: 'deadLetter';
      readonly properties: Properties;
      readonly reason?: string;
      readonly description?: string;
    };

/** How large properties that receivers add may make a message. */
const maxGrownBytes = maxMessageBytes + 65_536;

/** The bare message with what the receiver says about it. Throws when that is too much. */
export function amend(bare: Buffer, disposition: Disposition): Buffer {
  if (disposition.type === 'complete') return bare;
  const amended =
    disposition.type === 'deadLetter'
      ? withReason(withApplicationProperties(bare, disposition.properties), disposition)
      : withApplicationProperties(bare, disposition.properties);
  if (amended.length > maxGrownBytes) throw messageTooLarge(amended.length, maxGrownBytes);
  return amended;
}

/** Dead letters tell why they are in their application properties. */
export function withReason(bare: Buffer, why: { readonly reason?: string; readonly description?: string }): Buffer {
  return withApplicationProperties(
    bare,
    new Map([
      ...(why.reason === undefined ? [] : [['DeadLetterReason', why.reason] as const]),
      ...(why.description === undefined ? [] : [['DeadLetterErrorDescription', why.description] as const]),
    ]),
  );
}
