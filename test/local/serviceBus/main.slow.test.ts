import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../launcher/temporaryFolder.ts';

const script = new URL('../../../local/serviceBus/main.ts', import.meta.url).pathname;
const config = { UserConfig: { Namespaces: [{ Name: 'n', Queues: [{ Name: 'q' }] }] } };

async function fileWith(content: string): Promise<string> {
  const file = join(await temporaryFolder(), 'config.json');
  writeFileSync(file, content);
  return file;
}

function run(...args: string[]) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { out: '', errors: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.errors += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => ({ code: code as unknown, signal: signal as unknown }));
  const ready = once(child.stdout, 'data').then(() => /^Service Bus is ready: (.*)\n$/.exec(output.out)?.[1] ?? '');
  return { child, output, ended, ready };
}

describe('as a program of its own, the service', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'says where it listens, keeps its data, and ends cleanly on %s',
    async (signal) => {
      const [file, data] = [await fileWith(JSON.stringify(config)), await temporaryFolder()];
      const first = run('--config', file, '--port', '0', '--data', data, '--durability', 'full');
      const client = new ServiceBusClient(await first.ready);
      await client.createSender('q').sendMessages({ body: 'kept' });
      await client.close();
      first.child.kill(signal);
      expect(await first.ended).toEqual({ code: 0, signal: null });
      expect(first.output.errors).toBe('');

      const second = run('--config', file, '--port', '0', '--data', data);
      const again = new ServiceBusClient(await second.ready);
      onTestFinished(() => again.close());
      const receiver = again.createReceiver('q', { receiveMode: 'receiveAndDelete' });
      expect(await receiver.receiveMessages(1)).toMatchObject([{ body: 'kept' }]);
    },
  );

  it('explains itself', async () => {
    const { ended, output } = run('--help');
    expect(await ended).toMatchObject({ code: 0 });
    expect(output.out).toContain('--config <file>');
  });

  it.each([
    ['an unknown flag', ['--nonsense'], "Unknown option '--nonsense'"],
    ['no configuration', [], '--config is missing.'],
    [
      'a port that is none',
      ['--config', 'x', '--port', '70000'],
      '--port takes a number from 0 to 65535, not "70000".',
    ],
    ['an unknown durability', ['--config', 'x', '--durability', 'none'], '--durability is normal or full, not "none".'],
  ])('does not start with %s', async (_, args, message) => {
    const { ended, output } = run(...args);
    expect(await ended).toMatchObject({ code: 2 });
    expect(output.errors).toContain(message);
    expect(output.errors).toContain('--durability normal|full');
  });

  it('does not start with a file that is not there, or no JSON', async () => {
    const missing = run('--config', '/nowhere/config.json');
    expect(await missing.ended).toMatchObject({ code: 1 });
    expect(missing.output.errors).toMatch(/^ENOENT.*nowhere\/config.json'\n$/);
    const file = await fileWith('{ nonsense');
    const broken = run('--config', file);
    expect(await broken.ended).toMatchObject({ code: 1 });
    expect(broken.output.errors).toContain(`${file} is not JSON`);
  });

  it('names all that is wrong with its configuration', async () => {
    const queues = [
      { Name: 'a', Properties: { LockDuration: 'x' } },
      { Name: 'b', Properties: { MaxDeliveryCount: 0 } },
    ];
    const file = await fileWith(JSON.stringify({ UserConfig: { Namespaces: [{ Name: 'n', Queues: queues }] } }));
    const { ended, output } = run('--config', file, '--port', '0');
    expect(await ended).toMatchObject({ code: 1 });
    expect(output.errors).toContain('Queues[0].Properties.LockDuration');
    expect(output.errors).toContain('Queues[1].Properties.MaxDeliveryCount');
  });

  it('does not start on a port that is taken, or with data that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [file, data] = [await fileWith(JSON.stringify(config)), await temporaryFolder()];
    const taken = run('--config', file, '--port', String(port));
    expect(await taken.ended).toMatchObject({ code: 1 });
    expect(taken.output.errors).toBe(`Port ${port} for Service Bus is taken: choose another one with --port.\n`);

    await run('--config', file, '--port', '0', '--data', data).ready;
    const second = run('--config', file, '--port', '0', '--data', data);
    expect(await second.ended).toMatchObject({ code: 1 });
    expect(second.output.errors).toBe(
      `The data folder ${data} is in use by another Service Bus: choose another one with --data.\n`,
    );
  });
});
