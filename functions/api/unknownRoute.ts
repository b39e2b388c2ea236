import { app } from '@azure/functions';
import { respond } from '../http/endpoint.ts';
import { operations } from '../http/operation.ts';
import { notFound, problem } from '../http/problem.ts';

/** Takes what no other function takes: an unknown route, or a known one with another method. */
// The Functions host tries routes in the order of the functions' names: this one has to be the last.
app.http('zUnknownRoute', {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
  route: '{*path}',
  authLevel: 'anonymous',
  handler: (request, context) =>
    respond(request, context, () => {
      const path = new URL(request.url).pathname.replace(/^\/api\//, '').replace(/\/$/, '');
      const allowed = operations.filter(({ route }) => patternOf(route).test(path)).map(({ method }) => method);
      if (allowed.length === 0) return Promise.resolve(notFound());
      return Promise.resolve(problem('MethodNotAllowed', { headers: { allow: [...new Set(allowed)].join(', ') } }));
    }),
});

/** The characters of our routes that patterns give a meaning are dots and braces. */
const patternOf = (route: string): RegExp =>
  new RegExp(`^${route.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`, 'i');
