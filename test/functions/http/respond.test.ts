import { HttpRequest } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../../application/identity.ts';
import type { Bill } from '../../../application/meter.ts';
import { createAdmission } from '../../../functions/http/admission.ts';
import { keyDoor, tokenDoor } from '../../../functions/http/door.ts';
import { createRateLimit } from '../../../functions/http/rateLimit.ts';
import { respond } from '../../../functions/http/respond.ts';

const request = new HttpRequest({
  method: 'GET',
  url: 'http://localhost/api/things',
  headers: { authorization: 'Bearer x' },
});
const noLimit = createRateLimit(0, { now: () => 0 });
const withToken = (roles: readonly Role[]) =>
  tokenDoor({
    verify: () => Promise.resolve({ name: 'ada', roles, customerId: 'ada' }),
    ping: () => Promise.resolve(),
    endpointOrigins: () => Promise.resolve([]),
  });

const timingFor = async (door: typeof keyDoor, fails = false): Promise<string> => {
  const services = {
    door: door.kind,
    log: () => undefined,
    measure: <Result>(work: (bill: Bill) => Promise<Result>) => work({ trips: 3, units: 6.438, waited: false }),
    traceRequest: <Result>(
      _: unknown,
      work: (trace: { traceId: string; traceparent: string }) => Promise<Result>,
    ): Promise<Result> => work({ traceId: '1', traceparent: '00-1-1-01' }),
  };
  const admit = createAdmission(door, noLimit);
  const { headers } = await respond(services, 'things', request, {} as never, async (_, admitCaller) => {
    const admitted = await admit(request, 'ownQuery');
    if ('refusal' in admitted) return admitted.refusal;
    admitCaller(admitted);
    if (fails) throw new Error('broken');
    return { status: 200 };
  });
  return (headers as Record<string, string>)['server-timing'] ?? '';
};

const all = /^total;dur=\d+\.\d, trips;desc="3", units;desc="6\.44"$/;
const total = /^total;dur=\d+\.\d$/;

describe('Server-Timing', () => {
  it.each([false, true])('tells all where keys are the door, also of a failure: %j', async (fails) =>
    expect(await timingFor(keyDoor, fails)).toMatch(all),
  );

  it.each<[Role[], RegExp]>([
    [['Auditor'], all],
    [['Auditor', 'Customer'], all],
    [['Operator', 'Teller'], all],
    [['Teller'], total],
    [['Customer'], total],
    [['Teller', 'Customer'], total],
    [[], total],
    // It may not ask this at all.
    [['Operator'], total],
  ])('tells a caller with the roles %j what they may know', async (roles, expected) => {
    expect(await timingFor(withToken(roles))).toMatch(expected);
    expect(await timingFor(withToken(roles), true)).toMatch(expected);
  });
});
