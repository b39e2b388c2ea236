import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApi } from '../../cli/api.ts';

const problem = {
  detail: 'The request is malformed.',
  errors: [
    { pointer: '/from', message: 'must be an instant' },
    { pointer: '/aggregateId', message: 'is required with a version' },
  ],
};
const server = createServer((request, response) => {
  const { authorization, 'x-functions-key': key } = request.headers;
  if (request.url === '/closed') response.writeHead(401).end();
  else if (request.url === '/credentials') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ authorization, key }));
  } else response.writeHead(400, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => server.close());

const request = (path: string, credentials = {}) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return createApi({ url, ...credentials }).request('POST', path, {});
};

it.each([
  [{ key: 'k' }, { key: 'k' }],
  [{ token: 't' }, { authorization: 'Bearer t' }],
  [{}, {}],
])('%j opens as %j', async (credentials, sent) => {
  expect(await request('/credentials', credentials)).toEqual(sent);
});

it('a refusal is told with every mistake that the app names', () =>
  expect(request('/replay')).rejects.toThrow(
    'POST /replay was answered 400. The request is malformed. /from must be an instant. ' +
      '/aggregateId is required with a version.',
  ));

it('a refusal without a body is told by its status', () =>
  expect(request('/closed')).rejects.toThrow(/^POST \/closed was answered 401\.$/));
