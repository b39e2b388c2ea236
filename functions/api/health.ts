import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Answer } from '../http/answer.ts';
import { endpoint, type EndpointTable } from '../http/endpoint.ts';
import type { ContextServices } from '../services.ts';

const healthBody = z
  .object({
    status: z.enum(['healthy', 'unhealthy']),
    services: z.record(z.string(), z.enum(['up', 'down'])),
  })
  .meta({ id: 'Health' });

/** Whether an app can work, for everybody. */
export const healthEndpoints = (): EndpointTable<ContextServices> => {
  const health = createHealth();
  return {
    health: endpoint({
      get: 'health',
      access: 'anonymous',
      summary: 'Whether the services that the app needs have answered within the last five seconds: 503 if one has not',
      refuses: [],
      answers: { status: 200, body: healthBody, otherwise: { 503: 'A service does not answer' } },
      handle: (services) => health(services),
    }),
  };
};

/** Azure throttles requests for metadata for the whole account, and anybody may ask for the health. */
const lookEveryMs = 5_000;

/** Looks at the dependencies when somebody asks, but at most once in that time: all others who ask meanwhile share the result. */
const createHealth = () => {
  let last: { readonly at: number; readonly look: ReturnType<typeof lookAt> } | undefined;
  return async ({ dependencies, clock }: Pick<ContextServices, 'dependencies' | 'clock'>): Promise<Answer> => {
    const now = clock.now();
    // A clock that was put back must not keep a look for longer.
    if (!last || Math.abs(now - last.at) >= lookEveryMs) last = { at: now, look: lookAt(dependencies) };
    return answerWith(await last.look);
  };
};

const lookAt = (dependencies: ContextServices['dependencies']) =>
  Promise.all(
    Object.entries(dependencies).map(async ([name, ping]) => [name, (await answers(ping)) ? 'up' : 'down'] as const),
  );

const answerWith = (states: Awaited<ReturnType<typeof lookAt>>): Answer => {
  const healthy = states.every(([, state]) => state === 'up');
  return {
    status: healthy ? 200 : 503,
    ...(!healthy && { headers: { 'retry-after': '5' } }),
    body: { status: healthy ? 'healthy' : 'unhealthy', services: Object.fromEntries(states) },
  };
};

const patienceMs = 3_000;

const answers = (ping: () => Promise<void>): Promise<boolean> =>
  Promise.race([
    ping().then(
      () => true,
      () => false,
    ),
    sleep(patienceMs, false, { ref: false }),
  ]);
