import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCommunicationServices } from '../../../adapters/email/communicationServices.ts';

/** Answers with a status, or not at all. */
let status: number | undefined;
const received: { url: string | undefined; headers: IncomingHttpHeaders; body: unknown }[] = [];
const service = createServer((request, response) => {
  void text(request).then((body) => {
    received.push({ url: request.url, headers: request.headers, body: JSON.parse(body) });
    if (status === undefined) return;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { code: 'TooManyRequests', message: 'Not for ada@example.com' } }));
  });
});
beforeAll(() => new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  service.closeAllConnections();
  service.close();
});

const id = '7756c566-b8cb-5eae-bd3c-187780e884d5:2';
const letter = { to: { name: 'Ada', address: 'ada@example.com' }, subject: 'Hi', text: 'Hi', html: '<p>Hi</p>' };
const send = async (answer: number | undefined, { attempt = 1, waitMs = 10_000 } = {}) => {
  status = answer;
  const endpoint = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const credential = { getToken: () => Promise.resolve({ token: 'secret', expiresOnTimestamp: 0 }) };
  const mailer = openCommunicationServices({ endpoint, clientId: undefined, from: 'bank@daybook.example' }, credential);
  return mailer.send({ id, attempt }, letter, AbortSignal.timeout(waitMs));
};

it('each try of a letter is a request of the identity, and the same request where it is repeated', async () => {
  const begun = Math.floor(Date.now() / 1_000) * 1_000;
  expect(await send(202)).toEqual({ outcome: 'accepted' });
  await send(202);
  await send(202, { attempt: 2 });
  const [first, repeat, next] = received;
  expect(first).toEqual({
    url: '/emails:send?api-version=2023-03-31',
    headers: expect.objectContaining({
      authorization: 'Bearer secret',
      'repeatability-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    }) as object,
    body: {
      senderAddress: 'bank@daybook.example',
      recipients: { to: [{ address: 'ada@example.com', displayName: 'Ada' }] },
      content: { subject: 'Hi', plainText: 'Hi', html: '<p>Hi</p>' },
      userEngagementTrackingDisabled: true,
    },
  });
  const requestIds = [first, repeat, next].map((each) => each?.headers['repeatability-request-id']);
  expect(requestIds[1]).toBe(requestIds[0]);
  expect(requestIds[2]).not.toBe(requestIds[0]);
  // The service refuses those that it would no longer remember.
  for (const each of received)
    expect(Date.parse(String(each.headers['repeatability-first-sent']))).toBeGreaterThanOrEqual(begun);
});

it.each([
  [400, 'refused'],
  [401, 'later'],
  [403, 'later'],
  [429, 'later'],
  [500, 'later'],
])('an answer %i means %s, for a reason without the words of the service', async (answer, outcome) =>
  expect(await send(answer)).toEqual({
    outcome,
    reason: `Communication Services refused the e-mail: ${answer} TooManyRequests`,
  }),
);

it('no answer in time means later', async () =>
  expect(await send(undefined, { waitMs: 50 })).toMatchObject({ outcome: 'later' }));
