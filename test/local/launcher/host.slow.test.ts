import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCosmos } from '../../../local/cosmos/server.ts';
import { toEmulatorConfig } from '../../../local/launcher/services/emulatorConfig.ts';
import { provisionCosmos } from '../../../local/launcher/services/provision.ts';
import type { RunningService } from '../../../local/service/runningService.ts';
import { startServiceBus } from '../../../local/serviceBus/server.ts';
import { readTopology } from '../../../local/launcher/services/topology.ts';
import { freePort } from '../../support/freePort.ts';
import { eventually } from '../functionsHost/runHost.ts';
import { app, follow, hostScript, topology, type Started } from './runStart.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import { writeApp } from './writeApp.ts';

const startAlone = (args: readonly string[], env: Record<string, string> = {}): Started =>
  follow(process.execPath, [hostScript, '--ready-json', ...args], { env });

const stop = async ({ child, gone }: Started): Promise<void> => {
  child.kill('SIGINT');
  expect(await gone).toEqual({ code: 0, signal: null });
};

describe('the app alone', () => {
  let cosmos: RunningService;
  let bus: RunningService;
  let settings: Record<string, string>;
  beforeAll(async () => {
    const { cosmos: containers, serviceBus } = await readTopology(topology);
    cosmos = await startCosmos({ port: 0 });
    bus = await startServiceBus({ port: 0, config: toEmulatorConfig(serviceBus) });
    await provisionCosmos(cosmos.connectionString, containers);
    settings = { COSMOS: cosmos.connectionString, SERVICEBUS: bus.connectionString };
  });
  afterAll(async () => {
    await cosmos.close();
    await bus.close();
  });

  it('shares its store with others of its kind', async () => {
    const [one, other] = [
      startAlone(['--app', app, '--port', '0'], settings),
      startAlone(['--app', app, '--port', '0'], settings),
    ];
    const [first, second] = [await one.ready, await other.ready];
    expect(first).toEqual({ ready: true, port: first.port });
    await fetch(`http://127.0.0.1:${first.port}/api/notes/n`, { method: 'PUT', body: 'shared' });
    expect(await (await fetch(`http://127.0.0.1:${second.port}/api/notes/n`)).text()).toBe('shared');
    await eventually(() => (one.out() + other.out()).includes('count ok'), 'the message at one of them');
    await Promise.all([stop(one), stop(other)]);
  });

  it('starts without its services, and works with them once they are there', async () => {
    const away = await startServiceBus({
      port: await freePort(),
      config: toEmulatorConfig((await readTopology(topology)).serviceBus),
    });
    await away.close();
    const host = startAlone(['--app', app, '--port', '0'], { ...settings, SERVICEBUS: away.connectionString });
    const { port } = await host.ready;
    expect(await (await fetch(`http://127.0.0.1:${port}/api/health`)).text()).toBe('fine');
    await eventually(() => host.out().includes('cannot receive'), 'the news that it is away');
    const back = await startServiceBus({
      port: away.port,
      config: toEmulatorConfig((await readTopology(topology)).serviceBus),
    });
    const client = new ServiceBusClient(back.connectionString);
    await client.createSender('bank-events').sendMessages({ body: 1, applicationProperties: { aggregate: 'account' } });
    await eventually(() => host.out().includes(' count ok '), 'the message');
    await client.close();
    await stop(host);
    await back.close();
  });
});

const pulse = `
  import { app } from '@azure/functions';
  app.get('ping', () => ({ body: process.env.ANSWER }));
  app.timer('pulse', { schedule: '* * * * * *', handler: () => undefined });`;

describe('settings', () => {
  it('come from the environment first, then from local.settings.json, which also names the port', async () => {
    const port = await freePort();
    const local = { Values: { ANSWER: 'of the file' }, Host: { LocalHttpPort: port } };
    const folder = await writeApp({ 'main.ts': pulse, 'local.settings.json': JSON.stringify(local) });
    const args = ['--app', join(folder, 'main.ts')];

    const host = startAlone(args);
    expect(await host.ready).toMatchObject({ port });
    expect(await (await fetch(`http://127.0.0.1:${port}/api/ping`)).text()).toBe('of the file');
    await stop(host);

    const other = startAlone([...args, '--port', '0'], { ANSWER: 'of the environment' });
    const ready = await other.ready;
    expect(ready.port).not.toBe(port);
    expect(await (await fetch(`http://127.0.0.1:${ready.port}/api/ping`)).text()).toBe('of the environment');
    await stop(other);
  });
});

describe('a timer of hosts that share a data folder', () => {
  it('runs in one of them, and in the other one when that is gone', async () => {
    const folder = await writeApp({ 'main.ts': pulse });
    const args = ['--app', join(folder, 'main.ts'), '--port', '0', '--data', await temporaryFolder(), '--verbose'];
    const first = startAlone(args);
    await first.ready;
    await eventually(() => first.out().includes('pulse ok'), 'a run in the first');
    const second = startAlone(args);
    await second.ready;
    await eventually(() => second.out().includes('stands by'), 'the second to stand by');
    const runs = first.out().split('pulse ok').length;
    await eventually(() => first.out().split('pulse ok').length > runs + 1, 'more runs in the first');
    expect(second.out()).not.toContain('pulse ok');
    first.child.kill('SIGKILL');
    await first.gone;
    await eventually(() => second.out().includes('pulse ok'), 'a run in the second');
    await stop(second);
  });
});
