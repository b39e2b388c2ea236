import { expect, it } from 'vitest';
import { createAdmission } from '../../../functions/http/admission.ts';
import { keyDoor } from '../../../functions/http/door.ts';
import { createRateLimit } from '../../../functions/http/rateLimit.ts';

const admitted = (count: number) => Array.from({ length: count }, () => 200);
const admission = (perMinute: number) => {
  const admit = createAdmission(keyDoor, createRateLimit(perMinute, { now: () => 0 }));
  return async (headers: Record<string, string>) => {
    const admitted = await admit({ headers: new Headers(headers) } as never, 'anonymous');
    return 'refusal' in admitted ? admitted.refusal.status : 200;
  };
};

it('limits the requests to open routes, too', async () => {
  const ask = admission(2);
  expect([await ask({}), await ask({}), await ask({})]).toEqual([200, 200, 429]);
});

it.each([
  ['one that waited counts once for each unit', { waited: true, units: 5.2 }, [...admitted(4), 429]],
  ['one that waited for nothing counts once', { waited: true, units: 0 }, [...admitted(9), 429]],
  ['any other counts once, whatever it cost', { waited: false, units: 50 }, [...admitted(9), 429]],
])('of requests, %s', async (_, bill, statuses) => {
  const admit = createAdmission(keyDoor, createRateLimit(10, { now: () => 0 }));
  const request = { headers: new Headers({ 'x-functions-key': 'k' }), query: new URLSearchParams() } as never;
  const first = await admit(request, 'query');
  if ('refusal' in first) throw new Error('Not admitted');
  first.settle({ trips: 1, ...bill });
  const replies: unknown[] = [];
  while (replies.at(-1) !== 429) {
    const next = await admit(request, 'query');
    replies.push('refusal' in next ? next.refusal.status : 200);
  }
  expect(replies).toEqual(statuses);
});

it('counts them by the address that Azure adds, not by one that a caller invents', async () => {
  const ask = admission(1);
  expect(await ask({ 'x-forwarded-for': '203.0.113.1:1000' })).toBe(200);
  expect(await ask({ 'x-forwarded-for': '192.0.2.9, 203.0.113.1:2000' })).toBe(429);
  expect(await ask({ 'x-forwarded-for': '203.0.113.2:1000' })).toBe(200);
});
