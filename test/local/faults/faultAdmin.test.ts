import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Faults, faultsAt } from '../../../local/faults/client.ts';
import { AdminProblem } from '../../../local/faults/adminProblem.ts';
import { createFaultAdmin } from '../../../local/faults/faultAdmin.ts';
import { createFaultRules, type FaultRules } from '../../../local/faults/faultRules.ts';
import { createPauseSwitch, type PauseSwitch } from '../../../local/faults/pauseSwitch.ts';

let server: Server;
let port: number;
let rules: FaultRules;
let pauseSwitch: PauseSwitch;
let pauses: number;
let faults: Faults;

beforeEach(async () => {
  pauses = 0;
  rules = createFaultRules({ operations: ['read'], kinds: ['answer'] });
  pauseSwitch = createPauseSwitch(() => {
    pauses++;
  });
  const admin = createFaultAdmin(rules, pauseSwitch, {
    '/_split': (body) => {
      if (body === 'no') throw new AdminProblem(410, 'That is gone.');
      return { taken: body };
    },
  });
  server = createServer((request, response) => {
    if (!admin(request, response)) response.end('the service itself');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  faults = faultsAt(port);
});
afterEach(() => {
  pauseSwitch.resume();
  server.closeAllConnections();
  server.close();
});

const busy = { kind: 'answer', status: 429 } as const;
const send = (method: string, path: string, body?: string) =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  });

it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', undefined])(
  'takes nothing that a form could send: a POST of the type %s',
  async (type) => {
    for (const path of ['/_faults', '/_pause', '/_resume', '/_split']) {
      const body = Buffer.from('{"fault":{"kind":"answer","status":429}}');
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      expect((await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body })).status).toBe(415);
    }
    expect([rules.list(), pauses]).toEqual([[], 0]);
  },
);

it('takes, lists and forgets rules', async () => {
  await faults.inject({ fault: busy });
  await faults.inject([{ on: { operation: 'read' }, fault: busy, times: 2 }]);
  rules.match('read', 'things');
  rules.match('read', 'things');
  expect(await faults.hits()).toEqual([1, 1]);
  expect(await (await send('GET', '/_faults')).json()).toMatchObject({
    paused: false,
    rules: [
      { fault: busy, hits: 1 },
      { on: { operation: 'read' }, times: 2, hits: 1 },
    ],
  });
  await faults.clear();
  expect(await faults.hits()).toEqual([]);
});

it('says what is wrong with a rule', async () => {
  await expect(faults.inject({ on: { operation: 'sleep' }, fault: busy })).rejects.toThrow("no operation 'sleep'");
  const rubbish = await send('POST', '/_faults', '{');
  expect([rubbish.status, await rubbish.json()]).toEqual([400, { error: 'The body is not JSON.' }]);
  expect((await send('POST', '/_faults', `"${'x'.repeat(300_000)}"`)).status).toBe(413);
  expect((await send('POST', '/_pause', '{"ms":-1}')).status).toBe(400);
  expect((await send('PUT', '/_faults')).status).toBe(405);
});

it('pauses until told otherwise, or for a time', async () => {
  await faults.pause();
  expect([pauseSwitch.isPaused, pauses]).toEqual([true, 1]);
  await faults.resume();
  expect(pauseSwitch.isPaused).toBe(false);
  await faults.pause(20);
  await expect.poll(() => pauseSwitch.isPaused).toBe(false);
});

it('leaves every other request to the service', async () => {
  expect(await (await send('GET', '/')).text()).toBe('the service itself');
  expect(await (await send('GET', '/_faults/more')).text()).toBe('the service itself');
});

it('carries out the actions of the service', async () => {
  const done = await send('POST', '/_split', '{"container":"c"}');
  expect([done.status, await done.json()]).toEqual([200, { paused: false, rules: [], taken: { container: 'c' } }]);
  const refused = await send('POST', '/_split', '"no"');
  expect([refused.status, await refused.json()]).toEqual([410, { error: 'That is gone.' }]);
  expect((await send('GET', '/_split')).status).toBe(405);
});
