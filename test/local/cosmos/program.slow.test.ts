import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CosmosClient } from '@azure/cosmos';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startProgram } from './startProgram.ts';

let folder: string;
let started: ChildProcess[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cosmos-'));
  started = [];
});
afterEach(async () => {
  for (const child of started) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

const start = async (...flags: string[]) => {
  const program = await startProgram(...flags);
  started.push(program.child);
  return program;
};

/** The output and the exit code of a program that does not start. */
const failure = async (...flags: string[]) => {
  const path = join(import.meta.dirname, '../../../local/cosmos/main.ts');
  const child = spawn(process.execPath, [path, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  const [output, complaint, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { output, complaint, exitCode };
};

describe('the program', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('keeps its data in its folder and ends cleanly on %s', async (signal) => {
    const first = await start('--port', '0', '--data', folder, '--durability', 'full');
    const client = new CosmosClient(first.connectionString);
    await client.databases.create({ id: 'kept' });
    client.dispose();
    first.child.kill(signal);
    expect(await once(first.child, 'exit')).toEqual([0, null]);

    const second = await start('--port', '0', '--data', folder);
    const again = new CosmosClient(second.connectionString);
    expect((await again.database('kept').read()).statusCode).toBe(200);
    again.dispose();
  });

  it('lags if told to', async () => {
    const { connectionString } = await start('--port', '0', '--lag-ms', '600000');
    const client = new CosmosClient({ connectionString, consistencyLevel: 'Eventual' });
    const { database } = await client.databases.create({ id: 'd' });
    const { container } = await database.containers.create({ id: 'c', partitionKey: '/id' });
    await container.items.create({ id: '1' });
    expect((await container.item('1', '1').read()).statusCode).toBe(404);
    client.dispose();
  });

  it('says how it is used', async () => {
    expect(await failure('--help')).toMatchObject({
      output: expect.stringContaining('--durability') as string,
      complaint: '',
      exitCode: 0,
    });
  });

  it.each([
    [['--port', 'x'], '--port takes a number from 0 to 65535, not "x".'],
    [['--port', '70000'], '--port takes a number from 0 to 65535, not "70000".'],
    [['--lag-ms', '-1'], "Option '--lag-ms' argument is ambiguous."],
    [['--partitions', '101'], '--partitions takes a number from 1 to 100, not "101".'],
    [['--durability', 'some'], '--durability is normal or full, not "some".'],
    [['--data', ''], '--data takes a folder.'],
    [['--prot', '1'], "Unknown option '--prot'"],
    [['more'], "Unexpected argument 'more'"],
  ])('refuses %j', async (flags, complaint) => {
    const refused = await failure(...flags);
    expect(refused).toMatchObject({ output: '', exitCode: 2 });
    expect(refused.complaint).toContain(complaint);
  });

  it('says what is in its way', async () => {
    const { port } = new URL((await start('--port', '0', '--data', folder)).endpoint);
    expect(await failure('--port', port)).toEqual({
      output: '',
      complaint: `Port ${port} for Cosmos DB is taken: choose another one with --port.\n`,
      exitCode: 1,
    });
    expect(await failure('--port', '0', '--data', folder)).toEqual({
      output: '',
      complaint: `The data folder ${folder} is in use by another Cosmos DB: choose another one with --data.\n`,
      exitCode: 1,
    });
    const nowhere = '/dev/null/data';
    expect(await failure('--port', '0', '--data', nowhere)).toMatchObject({
      complaint: expect.stringMatching(/^Cosmos DB cannot start: .+\n$/) as string,
      exitCode: 1,
    });
  });
});
