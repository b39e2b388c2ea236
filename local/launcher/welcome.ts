import type { RunningFunction, RunningHost } from '../functionsHost/host.ts';

/** The route of the simplest request that the app answers: a GET without parameters, preferably for its health. */
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

/** Says how long the start took, what listens where, and what to try first. */
export const welcome = (
  { port, functions }: Pick<RunningHost, 'port' | 'functions'>,
  addresses: readonly (readonly [name: string, address: string])[] = [],
): string => {
  const route = firstThingToTry(functions);
  const lines = [['App', `http://localhost:${port}  (${functions.length} functions)`] as const, ...addresses];
  return [
    `Ready in ${(performance.now() / 1000).toFixed(1)} s.`,
    '',
    ...lines.map(([name, address]) => `  ${name.padEnd(11)}  ${address}`),
    ...(route === undefined ? [] : ['', `  Try: curl http://localhost:${port}/${route}`]),
    '',
  ].join('\n');
};
