import { app, type HttpRequest } from '@azure/functions';
import type { ContextServices } from '../services.ts';
import { requirementOf } from './access.ts';
import type { Admitted } from './admission.ts';
import type { Answer } from './answer.ts';
import { methodsOf, type NamedEndpoint } from './endpoint.ts';
import { refuseForm } from './formRefusal.ts';
import { readInput } from './input.ts';
import { respond } from './respond.ts';
import type { Trace } from './traceparent.ts';
import { answerUnknown } from './unknownRoute.ts';

/** Registers each endpoint with the Functions host, and functions for `/` and for all other routes below `api/` and `assets/`. */
export const registerEndpoints = <S extends ContextServices>(
  endpoints: readonly NamedEndpoint<S>[],
  services: S,
): void => {
  for (const endpoint of endpoints) {
    app.http(endpoint.name, {
      methods: [...methodsOf(endpoint)],
      // Without a function for it, Azure answers `/` itself; a blank route would be the function's name.
      route: endpoint.path || root,
      // Callers with a token have no key.
      authLevel: services.door === 'token' ? 'anonymous' : requirementOf(endpoint.access).key,
      handler: (request, context) =>
        respond(
          services,
          endpoint.route,
          request,
          context,
          (...about) => answer(services, endpoint, request, ...about),
          endpoint.longestMs,
        ),
    });
  }

  const unknown = answerUnknown(endpoints);
  for (const [name, route] of Object.entries(unknownRoutes)) {
    app.http(name, {
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
      route,
      authLevel: 'anonymous',
      handler: (request, context) =>
        respond(services, everything, request, context, () => Promise.resolve(unknown(new URL(request.url).pathname))),
    });
  }
};

const everything = '{*path}';
const root = '{ignored:maxlength(0)?}';

/** Azure tries routes in the order of the functions' names, so these names have to be the last. */
const unknownRoutes = {
  zRoot: root,
  zUnknownFile: `assets/${everything}`,
  zUnknownRoute: `api/${everything}`,
};

const answer = async <S extends ContextServices>(
  services: S,
  endpoint: NamedEndpoint<S>,
  request: HttpRequest,
  trace: Trace,
  admit: (admitted: Admitted) => void,
): Promise<Answer> => {
  const admitted = await services.admit(request, endpoint.access);
  if ('refusal' in admitted) return admitted.refusal;
  admit(admitted);
  const refusal = refuseForm(request, endpoint);
  if (refusal) return refusal;
  const result = await readInput(request, endpoint);
  if ('refusal' in result) return result.refusal;
  return endpoint.handle(services, {
    endpoint,
    ...result.input,
    trace,
    caller: admitted.caller,
    quota: admitted.quota,
  });
};
