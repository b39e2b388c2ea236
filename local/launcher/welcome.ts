import type { RunningFunction, RunningHost } from '../functionsHost/host.ts';
import type { Settings } from '../functionsHost/settings.ts';

/** What a browser can open, by route. A page shows where a function has its route. */
const pages: readonly (readonly [name: string, route: string])[] = [['API', 'api/docs']];

const isOpenable = (found: RunningFunction): found is RunningFunction & { trigger: 'http' } =>
  found.trigger === 'http' &&
  !found.route.includes('{') &&
  (found.methods.length === 0 || found.methods.includes('GET'));

/**
 * Says how long the start took, what to open, what listens where, and what to try first: a GET without parameters, preferably for the
 * app's health.
 */
export const welcome = (
  { port, functions }: Pick<RunningHost, 'port' | 'functions'>,
  addresses: readonly (readonly [name: string, address: string])[],
  { CONSOLE }: Settings,
): string => {
  const origin = `http://localhost:${port}`;
  const routes = functions.filter(isOpenable).map(({ route }) => route);
  const toTry = routes.find((route) => route.endsWith('health')) ?? routes[0];
  const lines = [
    [CONSOLE === 'true' ? 'Console' : 'App', origin] as const,
    ...pages
      .filter(([, route]) => routes.includes(route))
      .map(([name, route]) => [name, `${origin}/${route}`] as const),
    ...addresses,
  ];
  return [
    `Ready in ${(performance.now() / 1000).toFixed(1)} s.`,
    '',
    ...lines.map(([name, address]) => `  ${name.padEnd(11)}  ${address}`),
    ...(toTry === undefined ? [] : ['', `  Try: curl ${origin}/${toTry}`]),
    '',
  ].join('\n');
};
