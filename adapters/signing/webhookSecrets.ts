import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { WebhookSecrets } from '../../application/webhooks/ports.ts';

/** Keeps the keys of webhooks' secrets apart from all other keys that the app derives from a secret. */
const label = 'daybook: secrets of webhooks';
const algorithm = 'aes-256-gcm';
const prefix = 'whsec_';
const secretBytes = 32;
/** NIST SP 800-38D recommends this length for GCM. A key seals a few thousand secrets; random nonces are safe for billions. */
const nonceBytes = 12;
const tagBytes = 16;

const keyOf = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', label, 32));
/** Tells keys apart, and tells nothing about them. */
const nameOf = (key: Buffer): string => createHash('sha256').update(key).digest('base64url').slice(0, 8);

/**
 * Seals the secrets of webhooks with AES-256-GCM under the first of the app's secrets, and opens those that were sealed under any of
 * them. A sealed secret is bound to its webhook: for another one it cannot be opened.
 */
export const openWebhookSecrets = (appSecrets: readonly string[]): WebhookSecrets => {
  const keys = new Map(appSecrets.map(keyOf).map((key) => [nameOf(key), key]));
  const [first] = keys;
  if (!first) throw new Error('There is no secret');
  const [newest, sealing] = first;

  const seal = (webhookId: string, secret: Buffer) => {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, sealing, nonce, { authTagLength: tagBytes }).setAAD(
      Buffer.from(webhookId),
    );
    const sealed = Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    return { key: newest, sealed: sealed.toString('base64') };
  };
  const open: WebhookSecrets['open'] = (webhookId, { key: name, sealed: text }) => {
    const key = keys.get(name);
    const sealed = Buffer.from(text, 'base64');
    if (!key || sealed.length < nonceBytes + tagBytes) return undefined;
    const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(Buffer.from(webhookId))
      .setAuthTag(sealed.subarray(-tagBytes));
    try {
      const opened = Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
      return prefix + opened.toString('base64');
    } catch {
      // Somebody tampered with it, or it is another webhook's: there is nothing else that Node tells.
      return undefined;
    }
  };

  return {
    open,
    create(webhookId) {
      const secret = randomBytes(secretBytes);
      return { secret: prefix + secret.toString('base64'), sealed: seal(webhookId, secret) };
    },
    reseal(webhookId, sealed) {
      if (sealed.key === newest) return undefined;
      const opened = open(webhookId, sealed);
      return opened === undefined ? undefined : { ...sealed, ...seal(webhookId, bytesOf(opened)) };
    },
    sign: (secrets, { id, timestamp, body }) =>
      secrets
        .map((secret) => {
          const hmac = createHmac('sha256', bytesOf(secret)).update(`${id}.${timestamp}.${body}`);
          return `v1,${hmac.digest('base64')}`;
        })
        .join(' '),
  };
};

const bytesOf = (secret: string): Buffer => Buffer.from(secret.slice(prefix.length), 'base64');
