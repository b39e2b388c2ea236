import { describe, expect, it } from 'vitest';
import { mailerOf } from '../../../functions/settings/emailSettings.ts';
import { readSettings } from '../../../functions/settings/settings.ts';
import local from '../../../local.settings.json' with { type: 'json' };

const without = {
  ...local.Values,
  LISTENERS: '',
  SMTP: '',
  EMAIL_FROM: '',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};
const read = (changes: Record<string, string>) => mailerOf(readSettings({ ...without, ...changes }));
const service = { EMAIL__endpoint: 'https://x.communication.azure.com', EMAIL__credential: 'managedidentity' };
const from = { EMAIL_FROM: 'bank@daybook.example' };

describe('e-mail', () => {
  it('is off without a server and without a service', () => expect(read(from)).toBeUndefined());

  it.each(['smtp://localhost:25', 'smtps://user:pa%40ss@mail.example', 'smtp://[::1]:25/'])('goes to %s', (SMTP) =>
    expect(read({ SMTP, ...from })).toEqual({ smtp: SMTP, from: from.EMAIL_FROM }),
  );

  it('goes to Communication Services as an identity', () =>
    expect(read({ ...service, ...from })).toEqual({
      ...{ endpoint: service.EMAIL__endpoint, clientId: undefined, from: from.EMAIL_FROM },
    }));

  it.each<[string, Record<string, string>, string]>([
    ['no URL', { SMTP: 'localhost', ...from }, 'SMTP must look like'],
    ['another protocol', { SMTP: 'https://mail.example', ...from }, 'SMTP must look like'],
    ['both', { SMTP: 'smtp://localhost', ...service, ...from }, 'SMTP and EMAIL__endpoint are both set'],
    ['nobody who sends', { SMTP: 'smtp://localhost' }, 'EMAIL_FROM is missing'],
    ['no address', { SMTP: 'smtp://localhost', EMAIL_FROM: 'bank' }, 'EMAIL_FROM must be an e-mail address'],
    ['plain HTTP', { ...service, EMAIL__endpoint: 'http://x.example', ...from }, 'EMAIL__endpoint must look like'],
    ['no identity', { EMAIL__endpoint: service.EMAIL__endpoint, ...from }, 'EMAIL__credential must be'],
    ['a listener alone', { LISTENERS: 'notifications' }, 'LISTENERS names notifications, which need SMTP'],
  ])('is refused with %s', (_, changes, message) => expect(() => read(changes)).toThrow(message));
});
