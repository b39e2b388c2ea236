import { createHash, createHmac, createSecretKey, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { signedText, type Signatures } from '../../application/publishing/signature.ts';

/** Keeps the keys of messages apart from all other keys that the app derives from a secret. */
const label = 'daybook: signatures of messages';

/** As a KeyObject, which Node does not have to make anew for each message. */
const keyOf = (secret: string): KeyObject => createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', label, 32)));
/** Tells keys apart, and tells nothing about them. */
const nameOf = (key: KeyObject): string => createHash('sha256').update(key.export()).digest('base64url').slice(0, 8);
const hashOf = (key: KeyObject, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const signed = z.object({ signature: z.string(), key: z.string() });

/** Signs with the first secret, and verifies with all of them. */
export const openSignatures = (secrets: readonly string[]): Signatures => {
  const keys = new Map(secrets.map(keyOf).map((key) => [nameOf(key), key]));
  const [first] = keys;
  if (!first) throw new Error('There is no secret');
  const [name, signing] = first;

  return {
    sign: (event, listener, tries) => ({
      signature: hashOf(signing, signedText(event, listener, tries)).toString('base64url'),
      key: name,
    }),
    verify(body, properties, listener, tries) {
      const claimed = signed.safeParse(properties).data;
      if (!claimed) return 'unsigned';
      const key = keys.get(claimed.key);
      if (!key) return 'unknownKey';
      try {
        const its = Buffer.from(claimed.signature, 'base64url');
        const ours = hashOf(key, signedText(body, listener, tries));
        return its.length === ours.length && timingSafeEqual(its, ours) ? 'genuine' : 'forged';
      } catch (error) {
        // The app signs nothing that is nested too deeply to be written.
        if (error instanceof RangeError) return 'forged';
        throw error;
      }
    },
  };
};
