import { createHmac } from 'node:crypto';
import { emulatorKey } from '../../../local/cosmos/wire/authorization.ts';

export type Raw = { method?: string; body?: string; headers?: Record<string, string>; key?: string; date?: string };

/** Sends a signed request without the SDK. */
export const sendSigned = (
  port: number,
  path: string,
  type: string,
  link: string,
  raw: Raw = {},
): Promise<Response> => {
  const { method = 'GET', body, headers = {}, key = emulatorKey } = raw;
  const { date = new Date().toUTCString() } = raw;
  const signed = `${method.toLowerCase()}\n${type}\n${link}\n${date.toLowerCase()}\n\n`;
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(signed).digest('base64');
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      authorization: encodeURIComponent(`type=master&ver=1.0&sig=${signature}`),
      'x-ms-date': date,
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
};
