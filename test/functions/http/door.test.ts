import { HttpRequest } from '@azure/functions';
import { expect, it } from 'vitest';
import { keyDoor } from '../../../functions/http/door.ts';

it.each([
  ['', { 'x-functions-key': 'a' }, 'a'],
  ['?code=b', {}, 'b'],
  ['?code=b', { 'x-functions-key': 'a' }, 'a'],
  ['?code=b', { 'x-functions-key': '' }, 'b'],
  ['', { 'x-functions-key': '' }, ''],
  ['', {}, ''],
])('the limit counts requests by their key: %j with %j', async (query, headers, quota) => {
  const request = new HttpRequest({ method: 'GET', url: `http://localhost/api/customers${query}`, headers });
  expect(await keyDoor.authenticate(request)).toMatchObject({ quota });
});
