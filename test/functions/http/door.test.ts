import { HttpRequest } from '@azure/functions';
import { expect, it } from 'vitest';
import { keyDoor } from '../../../functions/http/door.ts';

it.each([
  ['', { 'x-functions-key': 'a' }, 'a'],
  ['?code=b', {}, 'b'],
  ['?code=b', { 'x-functions-key': 'a' }, 'a'],
  ['?code=b', { 'x-functions-key': '' }, 'b'],
  ['', { 'x-functions-key': '' }, 'anonymous '],
  ['', { 'x-forwarded-for': '192.0.2.9, 203.0.113.1:2000' }, 'anonymous 203.0.113.1'],
])(
  'the limit counts requests by their key, and those without one by their address: %j with %j',
  async (query, headers, quota) => {
    const request = new HttpRequest({ method: 'GET', url: `http://localhost/api/customers${query}`, headers });
    expect(await keyDoor.authenticate(request)).toMatchObject({ quota });
  },
);
