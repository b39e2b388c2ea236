import { expect, it } from 'vitest';
import { createAdmission } from '../../../functions/http/admission.ts';
import { keyDoor } from '../../../functions/http/door.ts';
import { createRateLimit } from '../../../functions/http/rateLimit.ts';

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

it('counts them by the address that Azure adds, not by one that a caller invents', async () => {
  const ask = admission(1);
  expect(await ask({ 'x-forwarded-for': '203.0.113.1:1000' })).toBe(200);
  expect(await ask({ 'x-forwarded-for': '192.0.2.9, 203.0.113.1:2000' })).toBe(429);
  expect(await ask({ 'x-forwarded-for': '203.0.113.2:1000' })).toBe(200);
});
