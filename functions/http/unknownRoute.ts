import type { Answer } from './answer.ts';
import { methodsOf, type NamedEndpoint } from './endpoint.ts';
import { notFound, problem } from './problem.ts';

/** Answers requests that no endpoint takes: 405 if an endpoint has the path with another method, else 404. */
export const answerUnknown = (
  endpoints: readonly Pick<NamedEndpoint, 'path' | 'method'>[],
): ((path: string) => Answer) => {
  const patterns = endpoints.map((endpoint) => ({ pattern: patternOf(endpoint.path), methods: methodsOf(endpoint) }));
  return (path) => {
    const allowed = patterns.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);
    if (allowed.length === 0) return notFound();
    return problem('MethodNotAllowed', { headers: { allow: [...new Set(allowed)].join(', ') } });
  };
};

/** Dots and braces are the only characters in our paths that mean something in a pattern. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^/${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i');
