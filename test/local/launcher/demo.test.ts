import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createDemo } from '../../../local/launcher/routes/demo.ts';

const program = fileURLToPath(new URL('../fixtures/demo.ts', import.meta.url));

it('lets the app go on where it could not rest', async () => {
  let wakes = 0;
  const host = {
    rest: () => Promise.reject(new Error('It has ended.')),
    wake: () => {
      wakes += 1;
      return Promise.resolve();
    },
  };
  const demo = createDemo({ program, env: process.env, host: () => Promise.resolve(host) });
  if (!demo) throw new Error('There is a program');
  demo.begin();
  await expect.poll(demo.state).toMatchObject({ status: 'failed', why: 'It has ended.' });
  expect(wakes).toBe(1);
});
