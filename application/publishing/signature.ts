import { canonicalJson } from '../canonicalJson.ts';
import type { CloudEvent } from './message.ts';

/** Two application properties: a keyed hash of what the message says, and the name of the key. */
export type Signature = { readonly signature: string; readonly key: string };

/** `unknownKey`: another instance may know the key, while keys are being replaced. */
export type Authenticity = 'genuine' | 'unsigned' | 'forged' | 'unknownKey';

export type Signatures = {
  /** Signs a message with the first of the keys; with a listener, a copy for that listener alone, with the number of its tries. */
  sign(event: CloudEvent, listener?: string, tries?: number): Signature;
  /** Whether somebody who has one of the keys signed what a message says. Never throws. */
  verify(body: unknown, properties: unknown, listener: string | undefined, tries?: number): Authenticity;
};

/** Everything that anybody acts on: nobody reads the other attributes. */
const signedAttributes = [
  ...(['id', 'aggregate', 'aggregateid', 'aggregateversion', 'type', 'schemaversion', 'time', 'traceparent'] as const),
  'data',
] as const;

/**
 * The text that a signature is made of. It is the same however the message was serialised on its way. `deliverTo` is not in it: it
 * only narrows who hears the message. The listener is, since the app parks copies for one that it does not know; so are its tries, since
 * what was tried may be told when it is no news any more.
 */
export const signedText = (body: unknown, listener: string | undefined, tries: number | undefined): string => {
  const attributes = (typeof body === 'object' ? body : undefined) as Record<string, unknown> | null | undefined;
  const signed = Object.fromEntries(signedAttributes.map((name) => [name, attributes?.[name]]));
  return canonicalJson({ ...signed, listener, tries });
};
