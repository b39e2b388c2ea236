import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startCosmos } from '../../../local/cosmos/server.ts';
import { startServiceBus } from '../../../local/serviceBus/server.ts';

const config = { UserConfig: { Namespaces: [{ Name: 'n' }] } };

it.each([
  ['cosmos.md', 8081, () => startCosmos({ port: 0 })],
  ['serviceBus.md', 5672, () => startServiceBus({ port: 0, config })],
] as const)('the examples of faults in %s run as they are written', async (name, documented, start) => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/local', name), 'utf8');
  const examples = page.split('\n').filter((line) => line.startsWith('curl '));
  expect(examples.length).toBeGreaterThanOrEqual(8);
  const service = await start();
  for (const example of examples) {
    const { stdout } = await promisify(execFile)('sh', ['-c', example.replace(`:${documented}`, `:${service.port}`)]);
    expect(JSON.parse(stdout), example).toMatchObject({ rules: expect.any(Array) as unknown[] });
  }
  await service.close();
});
