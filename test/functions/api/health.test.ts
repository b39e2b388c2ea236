import { expect, it } from 'vitest';
import { serviceEndpoints } from '../../../functions/api/service.ts';
import type { Services } from '../../../functions/services.ts';

/** The endpoint, over one service that tests switch off, on a clock that they put forward. */
const healthOf = () => {
  const state = { ms: 0, isUp: true, looks: 0 };
  const services = {
    clock: { now: () => state.ms },
    dependencies: {
      store: () => {
        state.looks += 1;
        return state.isUp ? Promise.resolve() : Promise.reject(new Error('away'));
      },
    },
  } as unknown as Services;
  const { health } = serviceEndpoints(() => []);
  return { state, ask: () => health?.handle(services, undefined as never) };
};

const up = { status: 200, body: { status: 'healthy', services: { store: 'up' } } };
const down = { status: 503, body: { status: 'unhealthy', services: { store: 'down' } } };

it('looks at a service once, however many ask at the same time', async () => {
  const { state, ask } = healthOf();
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([up, up, up]);
  expect(state.looks).toBe(1);
});

it('tells what is known for five seconds, and then looks again', async () => {
  const { state, ask } = healthOf();
  await ask();
  state.isUp = false;
  state.ms += 4_999;
  expect([await ask(), state.looks]).toEqual([up, 1]);
  state.ms += 1;
  expect([await ask(), state.looks]).toMatchObject([down, 2]);
});

it('looks again where the clock was put back', async () => {
  const { state, ask } = healthOf();
  await ask();
  state.ms -= 3_600_000;
  state.isUp = false;
  expect(await ask()).toMatchObject(down);
});
