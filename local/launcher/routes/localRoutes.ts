import { z } from 'zod';
import type { LocalAnswer, LocalRequest, LocalRoutes } from '../../functionsHost/http/localRoutes.ts';
import type { Demo } from './demo.ts';
import type { FaultControl } from './faults.ts';

type Parts = {
  /** Undefined where the services know no faults. */
  readonly faults: FaultControl | undefined;
  readonly demo: Demo | undefined;
  /** The address of the inbox, where there is one. */
  readonly inbox: string | undefined;
};

type Route = Readonly<Record<string, (request: LocalRequest) => Promise<LocalAnswer> | LocalAnswer>>;

const injection = z.strictObject({ id: z.string() });

/** What the launcher serves beside the app: faults, the demo, where the inbox is. */
export const createLocalRoutes = (parts: Parts): LocalRoutes => {
  const routes: Readonly<Record<string, Route>> = {
    '/_local': { GET: () => ({ status: 200, body: contentsOf(parts) }) },
    ...(parts.faults && { '/_local/faults': faultRoute(parts.faults) }),
    ...(parts.demo && { '/_local/demo': demoRoute(parts.demo) }),
  };
  return async (request) => {
    const route = Object.hasOwn(routes, request.path) ? routes[request.path] : undefined;
    if (!route) return refusal(404, `There is nothing here, but at ${Object.keys(routes).join(', ')}.`);
    const answer = Object.hasOwn(route, request.method) ? route[request.method] : undefined;
    return answer ? answer(request) : refusal(405, `This takes ${Object.keys(route).join(', ')}.`);
  };
};

const contentsOf = ({ faults, demo, inbox }: Parts): object => ({
  ...(faults && { faults: '/_local/faults' }),
  ...(demo && { demo: '/_local/demo' }),
  ...(inbox !== undefined && { inbox }),
});

const faultRoute = (faults: FaultControl): Route => {
  const listed = async (): Promise<LocalAnswer> => ({ status: 200, body: { items: await faults.list() } });
  return {
    GET: listed,
    async POST({ body }) {
      const given = injection.safeParse(body);
      if (!given.success) return refusal(400, z.prettifyError(given.error));
      return (await faults.inject(given.data.id)) ? listed() : refusal(404, 'There is no such fault.');
    },
    async DELETE() {
      await faults.clear();
      return listed();
    },
  };
};

const demoRoute = (demo: Demo): Route => ({
  GET: () => ({ status: 200, body: demo.state() }),
  POST: () => {
    demo.begin();
    return { status: 202, body: demo.state() };
  },
});

const refusal = (status: number, error: string): LocalAnswer => ({ status, body: { error } });
