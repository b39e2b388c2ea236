import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startCosmos } from '../../../local/cosmos/server.ts';

it('the examples of faults in the documentation run as they are written', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/local/cosmos.md'), 'utf8');
  const examples = page.split('\n').filter((line) => line.startsWith('curl '));
  expect(examples).toHaveLength(8);
  const service = await startCosmos({ port: 0 });
  for (const example of examples) {
    const { stdout } = await promisify(execFile)('sh', ['-c', example.replace(':8081', `:${service.port}`)]);
    expect(JSON.parse(stdout)).toMatchObject({ rules: expect.any(Array) as unknown[] });
  }
  await service.close();
});
