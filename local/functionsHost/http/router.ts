import { HostError } from '../hostError.ts';
import type { HostFunction, HttpTrigger } from '../hostFunction.ts';
import {
  compareRoutes,
  matchRoute,
  parseRouteTemplate,
  pathSegments,
  type RouteParams,
  type RouteTemplate,
} from './routeTemplate.ts';
import { messageOf } from '../../service/thrown.ts';

export type HttpFunction = HostFunction<HttpTrigger>;

type Route = { readonly target: HttpFunction; readonly template: RouteTemplate };

export type Router = {
  /** Finds the function that answers, if any. If the methods of a route do not fit, less specific routes are tried. */
  readonly match: (method: string, path: string) => { target: HttpFunction; params: RouteParams } | undefined;
  readonly warnings: readonly string[];
};

const allows = (trigger: HttpTrigger, method: string): boolean =>
  trigger.methods.length === 0 || trigger.methods.includes(method);

/**
 * The path under which a function answers, without a slash in front: `api/accounts/{id}`. Without a prefix, the route may bring one.
 */
export const fullRoute = (routePrefix: string, trigger: HttpTrigger): string =>
  routePrefix === '' ? trigger.route.replace(/^~?\//, '') : `${routePrefix}/${trigger.route}`;

const overlap = (a: Route, b: Route): boolean => {
  const [left, right] = [a.template.segments, b.template.segments];
  const longest = Math.max(left.length, right.length);
  for (let index = 0; index < longest; index += 1) {
    const [x, y] = [left[index], right[index]];
    if (x?.kind === 'catchAll' || y?.kind === 'catchAll') return true;
    const present = x ?? y;
    if (!x || !y) return present?.kind === 'parameter' && present.optional;
    if (x.kind === 'literal' && y.kind === 'literal' && x.text !== y.text) return false;
    if (x.kind === 'literal' && y.kind === 'parameter' && !y.constraints.every((fits) => fits(x.text))) return false;
    if (y.kind === 'literal' && x.kind === 'parameter' && !x.constraints.every((fits) => fits(y.text))) return false;
  }
  return true;
};

const shareMethod = ({ target: { trigger: a } }: Route, { target: { trigger: b } }: Route): boolean =>
  a.methods.length === 0 || b.methods.length === 0 || a.methods.some((method) => b.methods.includes(method));

/**
 * Azure tries routes in the order of the functions' names, without regard to precedence
 * (Azure/azure-functions-host#9876, #3153), so a general route can hide a special one there.
 */
const hiddenInAzure = (routes: readonly Route[]): string[] =>
  routes.flatMap((general) => {
    const hidden = routes.filter(
      (special) =>
        compareRoutes(special.template, general.template) < 0 &&
        general.target.name.toLowerCase() < special.target.name.toLowerCase() &&
        shareMethod(special, general) &&
        overlap(special, general),
    );
    return hidden.length === 0
      ? []
      : `In Azure, ${general.target.name} (${general.template.text}) would answer what this host gives to ` +
          `${hidden.map(({ target }) => target.name).join(', ')}: there, routes are tried in the order of the functions' names.`;
  });

export const createRouter = (functions: readonly HttpFunction[], routePrefix: string): Router => {
  const routes = functions.map((target): Route => {
    try {
      return { target, template: parseRouteTemplate(fullRoute(routePrefix, target.trigger)) };
    } catch (error) {
      throw new HostError(`${target.name}: ${messageOf(error)}`);
    }
  });
  const byPrecedence = routes.toSorted((a, b) => compareRoutes(a.template, b.template));
  return {
    match: (method, path) => {
      const segments = pathSegments(path);
      for (const { target, template } of byPrecedence) {
        if (!allows(target.trigger, method)) continue;
        const params = matchRoute(template, segments);
        if (params) return { target, params };
      }
      return undefined;
    },
    warnings: hiddenInAzure(routes),
  };
};
