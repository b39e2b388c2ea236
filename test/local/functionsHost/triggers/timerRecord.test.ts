import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { claimRecord } from '../../../../local/functionsHost/triggers/timerRecord.ts';
import { temporaryFolder } from '../../launcher/temporaryFolder.ts';

const module = new URL('../../../../local/functionsHost/triggers/timerRecord.ts', import.meta.url).href;

it('keeps the status of a timer for the next host', async () => {
  const folder = await temporaryFolder();
  const first = claimRecord(folder, 'tick');
  expect(first?.read()).toBeUndefined();
  first?.write({ last: undefined, next: 2, updated: 1 });
  first?.release();
  const second = claimRecord(folder, 'tick');
  expect(second?.read()).toEqual({ last: undefined, next: 2, updated: 1 });
  second?.release();
});

it('belongs to one process at a time, until that ends, however it does', async () => {
  const folder = await temporaryFolder();
  const script = join(folder, 'holder.mjs');
  await writeFile(
    script,
    `import { claimRecord } from ${JSON.stringify(module)};
     globalThis.record = claimRecord(${JSON.stringify(folder)}, 'tick');
     process.send(record !== undefined);
     setInterval(() => {}, 1000);`,
  );
  const holder = fork(script);
  expect((await once(holder, 'message'))[0]).toBe(true);
  expect(claimRecord(folder, 'tick')).toBeUndefined();
  claimRecord(folder, 'tock')?.release();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const freed = claimRecord(folder, 'tick');
  expect(freed).toBeDefined();
  freed?.release();
});
