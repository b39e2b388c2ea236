import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../functionsHost/runHost.ts';
import { flags, follow, script, start, type Ready, type Started } from './runStart.ts';
import { findRunningApp } from '../../../cli/runningApp.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const putNote = (port: number, id: string, text: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/api/notes/${id}`, { method: 'PUT', body: text });

const getNote = async (port: number, id: string): Promise<string | number> => {
  const response = await fetch(`http://127.0.0.1:${port}/api/notes/${id}`);
  return response.ok ? response.text() : response.status;
};

const stop = async ({ child, gone }: Started): Promise<{ code: number | null }> => {
  child.kill('SIGINT');
  return gone;
};

/** One line, and no stack. */
const expectOneLine = (text: string, expected: RegExp): void => {
  expect(text).toMatch(expected);
  expect(text.trim().split('\n')).toHaveLength(1);
};

describe('everything, when it is started', () => {
  let running: Started;
  let ready: Ready;
  let data: string;
  beforeAll(async () => {
    data = await temporaryFolder();
    running = start(...flags(data));
    ready = await running.ready;
  });
  afterAll(() => stop(running));

  it('says what listens where, and what to try first', () => {
    expect(running.out()).toMatch(/Ready in \d+\.\d s\./);
    expect(running.out()).toContain(`App          http://localhost:${ready.port}`);
    expect(running.out()).toContain(`Cosmos DB    http://localhost:${ready.cosmosPort}`);
    expect(running.out()).toContain(`Service Bus  sb://localhost:${ready.serviceBusPort}`);
    expect(running.out()).toContain(`Data         ${data}`);
    expect(running.out()).toContain(`Try: curl http://localhost:${ready.port}/api/health`);
  });

  it('is an app with its services', async () => {
    await putNote(ready.port, 'n', 'hello');
    expect(await getNote(ready.port, 'n')).toBe('hello');
    await eventually(() => running.out().includes(' count ok '), 'the message at its function');
  });

  it('has no storage as long as no function needs any', async () => {
    expect(running.out()).not.toContain('Storage');
    expect(await readdir(data)).not.toContain('azurite');
  });

  it('logs a line per invocation', async () => {
    await fetch(`http://127.0.0.1:${ready.port}/api/health`);
    await eventually(
      () => /^\d\d:\d\d:\d\d\.\d{3} info {2}health 200 \d+ ms, GET \/api\/health \([0-9a-f]{8}\)$/m.exec(running.out()),
      'the line',
    );
  });

  it('does not share its data folder with another one', async () => {
    const second = start(...flags(data));
    expect(await second.gone).toMatchObject({ code: 1 });
    expectOneLine(second.errors(), /^The data folder .* is in use by another running instance/);
  });
});

describe.concurrent('a start that cannot be', () => {
  it.each([
    ['--port', 'the app'],
    ['--cosmos-port', 'Cosmos DB'],
    ['--servicebus-port', 'Service Bus'],
  ])('because the port is taken names it, and that %s moves it', async (flag, name) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const failed = start(...flags(await temporaryFolder()), flag, String(port));
    expect(await failed.gone).toMatchObject({ code: 1 });
    expectOneLine(
      failed.errors(),
      new RegExp(`^Port ${port} for ${name} is taken: choose another one with ${flag}\\.`),
    );
    server.close();
  });

  it.each([
    [['--colour'], 2, /^Unknown option '--colour'/],
    [['--port', 'x'], 2, /^--port takes a number/],
    [['--app', 'nowhere.ts'], 1, /^There is no nowhere\.ts/],
  ])('with %j', async (args, code, reason) => {
    const failed = start(...args);
    expect(await failed.gone).toMatchObject({ code });
    expect(failed.errors()).toMatch(reason);
    expect(failed.errors()).not.toMatch(/^ +at /m);
  });

  it('because the topology is wrong says where', async () => {
    const file = join(await temporaryFolder(), 'topology.json');
    await writeFile(file, JSON.stringify({ cosmos: { database: 'd', containers: [{ name: 'c' }] } }));
    const failed = start(...flags(await temporaryFolder()), '--topology', file);
    expect(await failed.gone).toMatchObject({ code: 1 });
    expect(failed.errors()).toMatch(/cosmos\.containers\[0\]\.partitionKey/);
  });

  it('shows how to use it when it is asked', async () => {
    const asked = start('--help');
    expect(await asked.gone).toMatchObject({ code: 0 });
    expect(asked.out()).toContain('--cosmos-port <n>');
  });
});

describe('a service that crashes', () => {
  it('ends everything, with a message', async () => {
    const preload = new URL('../fixtures/crashingThreads.ts', import.meta.url).href;
    const running = follow(process.execPath, ['--import', preload, script, ...flags(await temporaryFolder())]);
    expect(await running.gone).toMatchObject({ code: 1 });
    expect(running.errors()).toMatch(/^(Cosmos DB|Service Bus) crashed: Error: crashed on purpose/);
  });
});

describe.concurrent('data', () => {
  it('is there after a restart, and gone after a fresh one, which leaves what is not its own; commands find who runs on it', async () => {
    const data = await temporaryFolder();
    await writeFile(join(data, 'mine.txt'), 'not yours');
    const first = start(...flags(data));
    const { port } = await first.ready;
    await putNote(port, 'n', 'kept');
    expect(await findRunningApp(data)).toEqual({ pid: first.child.pid, url: `http://localhost:${port}` });
    expect(await stop(first)).toMatchObject({ code: 0 });
    expect(await readdir(data)).not.toContain('running.json');

    const second = start(...flags(data));
    expect(await getNote((await second.ready).port, 'n')).toBe('kept');
    // Gives the app no time to clean up.
    second.child.kill('SIGKILL');
    await second.gone;
    expect(await readdir(data)).toContain('running.json');
    expect(await findRunningApp(data)).toBeUndefined();

    const third = start(...flags(data));
    expect(await getNote((await third.ready).port, 'n')).toBe('kept');
    await stop(third);

    const fresh = start(...flags(data, '--fresh'));
    expect(await getNote((await fresh.ready).port, 'n')).toBe(404);
    await stop(fresh);
    expect(await readdir(data)).toContain('mine.txt');
    // Four starts, one after the other.
  });

  it('made for another topology is not used, but for one with other indexes it is', async () => {
    const data = await temporaryFolder();
    const file = join(await temporaryFolder(), 'topology.json');
    const write = (partitionKey: string, indexedPaths?: readonly string[]): Promise<void> =>
      writeFile(
        file,
        JSON.stringify({
          cosmos: { database: 'fixture', containers: [{ name: 'plain', partitionKey, indexedPaths }] },
          serviceBus: { topics: [{ name: 'bank-events', subscriptions: [{ name: 'accounts' }] }] },
        }),
      );
    await write('/id');
    const first = start(...flags(data), '--topology', file);
    await first.ready;
    await stop(first);

    await write('/id', ['/note/?']);
    const indexed = start(...flags(data), '--topology', file);
    await indexed.ready;
    await stop(indexed);

    await write('/other');
    const second = start(...flags(data), '--topology', file);
    expect(await second.gone).toMatchObject({ code: 1 });
    expectOneLine(second.errors(), /^The topology now defines plain in another way .* start with --fresh/);
  });
});

describe.concurrent('stopping', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('with %s answers what it has begun, and ends well', async (signal) => {
    const running = start(...flags(await temporaryFolder()));
    const { port } = await running.ready;
    const answer = fetch(`http://127.0.0.1:${port}/api/takeLong`, { method: 'POST' });
    await fetch(`http://127.0.0.1:${port}/api/health`);
    running.child.kill(signal);
    expect(await (await answer).text()).toBe('done all the same');
    expect(await running.gone).toEqual({ code: 0, signal: null });
    expect(running.errors()).toBe('');
  });

  it('is at once when it is asked for twice', async () => {
    const running = start(...flags(await temporaryFolder()));
    const { port } = await running.ready;
    const answer = fetch(`http://127.0.0.1:${port}/api/takeLong`, { method: 'POST' });
    const refused = expect(answer).rejects.toThrow();
    await fetch(`http://127.0.0.1:${port}/api/health`);
    running.child.kill('SIGINT');
    await eventually(() => running.out().includes('Stopping.'), 'the first signal to be heard');
    running.child.kill('SIGINT');
    expect(await running.gone).toEqual({ code: 130, signal: null });
    await refused;
  });

  it('happens by itself when the parent is killed', async () => {
    const parent = follow(process.execPath, [
      '-e',
      `require('node:child_process').spawn(process.execPath, process.argv.slice(1), { stdio: 'inherit' })`,
      script,
      ...flags(await temporaryFolder()),
    ]);
    await parent.ready;
    parent.child.kill('SIGKILL');
    await parent.gone;
    expect(parent.out()).toContain('the program that started this one is gone');
  });

  it('happens by itself when npm is killed, also if its shell stays in between', async () => {
    const folder = await temporaryFolder();
    // With two commands, the shell starts a process for the first one and stays itself.
    const scripts = { start: `node ${script} ${flags(await temporaryFolder()).join(' ')} && echo over` };
    await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts }));
    const npm = follow('npm', ['start'], { cwd: folder });
    await npm.ready;
    npm.child.kill('SIGKILL');
    await npm.gone;
    expect(npm.out()).toContain('the program that started this one is gone');
  });
});
