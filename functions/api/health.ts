import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { services } from '../composition.ts';
import { serve } from '../http/endpoint.ts';
import { describe } from '../http/operation.ts';

const patienceMs = 3_000;

const state = z.enum(['up', 'down']);

const operation = describe({
  id: 'health',
  method: 'GET',
  route: 'health',
  access: 'anonymous',
  summary: 'Whether the services behind answer: 503 when one does not',
  answer: {
    status: 200,
    body: z
      .object({ status: z.enum(['healthy', 'unhealthy']), services: z.record(z.string(), state) })
      .meta({ id: 'Health' }),
    otherwise: { 503: 'A service behind does not answer' },
  },
  problems: [],
});

serve(operation, async () => {
  const states = await Promise.all(
    Object.entries(services).map(async ([name, ping]) => [name, (await answers(ping)) ? 'up' : 'down'] as const),
  );
  const healthy = states.every(([, seen]) => seen === 'up');
  return {
    status: healthy ? 200 : 503,
    ...(!healthy && { headers: { 'retry-after': '5' } }),
    body: { status: healthy ? 'healthy' : 'unhealthy', services: Object.fromEntries(states) },
  };
});

const answers = (ping: () => Promise<void>): Promise<boolean> =>
  Promise.race([
    ping().then(
      () => true,
      () => false,
    ),
    sleep(patienceMs, false, { ref: false }),
  ]);
