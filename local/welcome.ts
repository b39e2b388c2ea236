import type { RunningFunction } from './functionsHost/host.ts';

type Running = {
  readonly port: number;
  readonly cosmosPort: number;
  readonly serviceBusPort: number;
  readonly data: string;
  readonly functions: readonly RunningFunction[];
  readonly elapsedMs: number;
};

/** The simplest request that the app can answer: a GET without parameters, best its health. */
const firstThingToTry = (functions: readonly RunningFunction[]): string | undefined => {
  const routes = functions.flatMap((found) =>
    found.trigger === 'http' &&
    !found.route.includes('{') &&
    (found.methods.length === 0 || found.methods.includes('GET'))
      ? [found.route]
      : [],
  );
  return routes.find((route) => route.endsWith('health')) ?? routes[0];
};

/** What listens where, for people. */
export const welcome = ({ port, cosmosPort, serviceBusPort, data, functions, elapsedMs }: Running): string => {
  const route = firstThingToTry(functions);
  return [
    `Ready in ${(elapsedMs / 1000).toFixed(1)} s.`,
    '',
    `  App          http://localhost:${port}  (${functions.length} functions)`,
    `  Cosmos DB    http://localhost:${cosmosPort}`,
    `  Service Bus  sb://localhost:${serviceBusPort}`,
    `  Data         ${data}`,
    ...(route === undefined ? [] : ['', `  Try: curl http://localhost:${port}/${route}`]),
    '',
  ].join('\n');
};
