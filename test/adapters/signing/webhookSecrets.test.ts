import { expect, it } from 'vitest';
import { openWebhookSecrets } from '../../../adapters/signing/webhookSecrets.ts';

const [former, next] = ['the former secret', 'the next secret'];
const secrets = openWebhookSecrets([former]);
const { secret, sealed } = secrets.create('one');

it('a secret of a webhook has 32 random bytes, and is opened for that webhook alone', () => {
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(secrets.create('one').secret).not.toBe(secret);
  expect(JSON.stringify(sealed)).not.toContain(secret.slice('whsec_'.length, 20));
  expect(secrets.open('one', sealed)).toBe(secret);
  expect(secrets.open('other', sealed)).toBeUndefined();
});

it('cannot be opened once somebody tampered with it, or its key is gone', () => {
  const bytes = Buffer.from(sealed.sealed, 'base64');
  for (const at of [0, 20, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(secrets.open('one', { ...sealed, sealed: changed.toString('base64') })).toBeUndefined();
  }
  expect(secrets.open('one', { ...sealed, sealed: '' })).toBeUndefined();
  expect(openWebhookSecrets([next]).open('one', sealed)).toBeUndefined();
});

it('is sealed anew under the newest key, as long as its own is known', () => {
  const both = openWebhookSecrets([next, former]);
  const anew = both.reseal('one', { ...sealed, until: '2026-01-01T00:00:00.000Z' });
  if (!anew) throw new Error('It was sealed under the former key');
  expect(anew.until).toBe('2026-01-01T00:00:00.000Z');
  expect(openWebhookSecrets([next]).open('one', anew)).toBe(secret);
  expect(both.reseal('one', anew)).toBeUndefined();
  expect(openWebhookSecrets([next]).reseal('one', sealed)).toBeUndefined();
});
