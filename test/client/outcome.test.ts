import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, onTestFinished } from 'vitest';
import { createApiClient } from '../../client/client.ts';
import { outcomeOf } from '../../client/outcome.ts';

const release = async (answer: (tries: number) => Promise<Response>) => {
  let tries = 0;
  const client = createApiClient({ url: 'http://bank.example', fetch: () => answer((tries += 1)) });
  const params = { path: { id: 'a', holdId: 'a:7' } };
  return outcomeOf(
    await client.POST('/api/accounts/{id}/holds/{holdId}/release', { params }),
    ({ position }) => position,
  );
};
const refusal = (status: number) => () => Promise.resolve(Response.json({ code: 'HoldEnded' }, { status }));

it('an outcome is what was done, or the code by which the app refuses for good', async () => {
  expect(await release(() => Promise.resolve(Response.json({ position: 'a:8' }, { status: 201 })))).toEqual({
    done: 'a:8',
  });
  for (const status of [404, 409, 422]) expect(await release(refusal(status))).toEqual({ refused: 'HoldEnded' });
});

it('an outcome that may be another one later is none', async () => {
  for (const status of [400, 401, 403, 500]) await expect(release(refusal(status))).rejects.toThrow(String(status));
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

it('a try ends where the app takes the request and never answers, whatever garbage is collected meanwhile', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createApiClient({ url, repeats: 'commands', answerWithinMs: 50 });
  const asked = client.GET('/api/health');
  await once(server, 'request');
  collectGarbage();
  await expect(asked).rejects.toThrow(/timeout/);
});
