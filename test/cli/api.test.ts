import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bodyOf, createApi } from '../../cli/api.ts';

const problem = {
  detail: 'The request is malformed.',
  errors: [
    { pointer: '/from', message: 'must be an instant' },
    { pointer: '/aggregateId', message: 'is required with a version' },
  ],
};
let answer: (response: ServerResponse, headers: IncomingHttpHeaders) => void;
const server = createServer((request, response) => answer(response, request.headers));
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => server.close());

const flipBack = async (credentials = {}) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api = createApi({ url, ...credentials });
  return bodyOf(await api.POST('/api/ops/projections/{name}/flip-back', { params: { path: { name: 'accounts' } } }));
};
const json = (response: ServerResponse, status: number, body: object, type = 'application/json') =>
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));

it.each([
  [{ key: 'k' }, { key: 'k' }],
  [{ token: 't' }, { authorization: 'Bearer t' }],
  [{}, {}],
])('%j opens as %j', async (credentials, sent) => {
  answer = (response, { authorization, 'x-functions-key': key }) => json(response, 202, { authorization, key });
  expect(await flipBack(credentials)).toEqual(sent);
});

it('a refusal is told with every mistake that the app names', () => {
  answer = (response) => json(response, 400, problem, 'application/problem+json');
  return expect(flipBack()).rejects.toThrow(
    '/api/ops/projections/accounts/flip-back was answered 400. The request is malformed. /from must be an instant. ' +
      '/aggregateId is required with a version.',
  );
});

it('a refusal without a body is told by its status', () => {
  answer = (response) => response.writeHead(401).end();
  return expect(flipBack()).rejects.toThrow(/ was answered 401\.$/);
});

it('an app that is not there is told by its address', async () => {
  const api = createApi({ url: 'http://127.0.0.1:1' });
  await expect(
    api.DELETE('/api/ops/operations/{operationId}', { params: { path: { operationId: '' } } }),
  ).rejects.toThrow('The app does not answer at http://127.0.0.1:1');
});
