import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsAt } from '../../../local/faults/client.ts';
import { knownFaults } from '../../../local/launcher/routes/knownFaults.ts';
import { eventually } from '../functionsHost/runHost.ts';
import { flags, follow, script, type Ready, type Started } from './runStart.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const serviceBusAt = (port: number): string =>
  `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`;
const demo = fileURLToPath(new URL('../fixtures/demo.ts', import.meta.url));

describe.each([
  { more: [], key: undefined },
  { more: ['--watch'], key: 'the master' },
])('what the launcher serves beside the app ($more)', ({ more, key }) => {
  let go: string;
  let running: Started;
  let ready: Ready;
  let url: string;
  beforeAll(async () => {
    const folder = await temporaryFolder();
    go = join(folder, 'go');
    const keys = join(folder, 'keys.json');
    await writeFile(keys, JSON.stringify({ master: key, host: { default: 'of the host' }, functions: {} }));
    const keyed = key === undefined ? [] : ['--keys', keys];
    const args = [script, ...flags(await temporaryFolder(), '--demo', demo, ...more, ...keyed)];
    running = follow(process.execPath, args, { env: { DEMO_GO: go } });
    ready = await running.ready;
    url = `http://127.0.0.1:${ready.port}`;
  });
  afterAll(async () => {
    running.child.kill('SIGINT');
    await running.gone;
  });

  const json = { 'content-type': 'application/json', ...(key !== undefined && { 'x-functions-key': key }) };
  const call = async (method: string, path: string, body?: object, headers: Record<string, string> = json) => {
    const reply = await fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  };
  const faultsThatAct = async () => {
    const { items } = (await call('GET', '/_local/faults')).body as { items: { id: string; state: string }[] };
    return items.filter(({ state }) => state !== 'off').map(({ id, state }) => [id, state]);
  };

  it('is listed', async () => {
    expect(await call('GET', '/_local/')).toEqual({
      status: 200,
      body: { faults: '/_local/faults', demo: '/_local/demo' },
    });
    expect((await call('GET', '/_local/nothing')).status).toBe(404);
    expect((await call('PUT', '/_local/faults', {})).status).toBe(405);
  });

  it('injects faults, says what came of them, and clears them', async () => {
    expect(await faultsThatAct()).toEqual([]);
    expect((await call('POST', '/_local/faults', { id: 'cosmos-slow' })).body.items).toContainEqual(
      expect.objectContaining({ id: 'cosmos-slow', service: 'cosmos', state: 'on', hits: 0, of: 50 }),
    );
    await call('POST', '/_local/faults', { id: 'serviceBus-away' });
    expect(await faultsThatAct()).toEqual([
      ['cosmos-slow', 'on'],
      ['serviceBus-away', 'on'],
    ]);
    expect((await faultsAt(ready.serviceBusPort).look()).paused).toBe(true);
    expect((await call('DELETE', '/_local/faults')).status).toBe(200);
    expect(await faultsThatAct()).toEqual([]);
    expect((await faultsAt(ready.serviceBusPort).look()).paused).toBe(false);
    expect((await call('POST', '/_local/faults', { id: 'nothing' })).status).toBe(404);
    expect((await call('POST', '/_local/faults', { name: 'x' })).status).toBe(400);
  });

  it('knows only faults that the services take', async () => {
    for (const fault of knownFaults) {
      const port = fault.service === 'cosmos' ? ready.cosmosPort : ready.serviceBusPort;
      if ('rule' in fault) await faultsAt(port).inject(fault.rule);
    }
    await call('DELETE', '/_local/faults');
  });

  it('takes nothing of other pages, nor of forms', async () => {
    const evil = { ...json, origin: 'http://evil.example' };
    expect((await call('POST', '/_local/faults', { id: 'cosmos-slow' }, evil)).status).toBe(403);
    expect((await call('GET', '/_local', undefined, evil)).status).toBe(403);
    // A form can send no key.
    const form = { 'content-type': 'text/plain' };
    expect((await call('POST', '/_local/demo', undefined, form)).status).toBe(key === undefined ? 415 : 401);
    if (key !== undefined) {
      const weak = { ...json, 'x-functions-key': 'of the host' };
      expect((await call('GET', '/_local', undefined, weak)).status).toBe(403);
    }
    const rubbish = await fetch(`${url}/_local/faults`, { method: 'POST', headers: json, body: '{' });
    expect(rubbish.status).toBe(400);
    expect((await call('GET', '/_local/demo')).body).toEqual({ status: 'idle', done: 0, total: 0 });
    expect(await faultsThatAct()).toEqual([]);
  });

  it('makes the demo once, while the app takes no messages', async () => {
    const putNote = () => fetch(`${url}/api/notes/n`, { method: 'PUT', headers: json, body: 'hello' });
    const counted = () => running.out().split(' count ok ').length - 1;
    // The app asks for messages: it may have lost its connection by a fault before.
    await putNote();
    await eventually(() => counted() === 1, 'the message at its function');
    expect((await call('POST', '/_local/demo')).status).toBe(202);
    await call('POST', '/_local/demo');
    const state = async () => (await call('GET', '/_local/demo')).body;
    await expect.poll(state).toEqual({ status: 'running', done: 1, total: 2 });
    await putNote();
    // Were the app still asking for messages, it would have this one: the subscription gives it to whoever asked first.
    const client = new ServiceBusClient(serviceBusAt(ready.serviceBusPort));
    const receiver = client.createReceiver('bank-events', 'accounts');
    const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 20_000 });
    if (!message) throw new Error('The app has taken the message');
    await receiver.abandonMessage(message);
    await client.close();
    await writeFile(go, '');
    await expect.poll(state).toEqual({ status: 'succeeded', done: 1, total: 2, isNew: true });
    await eventually(() => counted() === 2, 'the message at its function');
  });
});
