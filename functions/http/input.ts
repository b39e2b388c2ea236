import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import type { Answer } from './answer.ts';
import type { Endpoint, Received } from './endpoint.ts';
import { readJson } from './jsonBody.ts';
import { pointerPart } from './pointer.ts';
import { badRequest, type FieldProblem } from './problem.ts';

/** What the endpoint's schemas make of a valid request. */
type Input = Pick<Received, 'params' | 'query' | 'headers' | 'body'>;

/** Parameters that callers send to the host: a function key may come in the query. */
const hostParameters = new Set(['code', 'clientId']);

const noQuery = z.strictObject({});

/** Parameters that may come again; their values are joined with commas, as the host joins them. */
const listParameters = new Set(['atLeast']);

/** Reads and validates all of a request; a refusal lists the problems of params, query, headers and body. */
export const readInput = async (
  request: HttpRequest,
  {
    params,
    query = noQuery,
    headers,
    body,
    mayLackBody = false,
  }: Pick<Endpoint, 'params' | 'query' | 'headers' | 'body' | 'mayLackBody'>,
): Promise<{ readonly input: Input } | { readonly refusal: Answer }> => {
  let json: unknown;
  const errors: FieldProblem[] = [];
  const refuseRepeated = (pointers: Iterable<string>) => {
    for (const pointer of pointers) errors.push({ pointer, message: 'comes twice' });
  };
  if (body) {
    const received = await readJson(request, mayLackBody);
    if ('refusal' in received) return received;
    if ('malformed' in received) errors.push({ pointer: '', message: received.malformed });
    else {
      json = received.json;
      refuseRepeated(received.repeated);
    }
  }

  const parameters = readParameters(request.url);
  refuseRepeated(parameters.repeated);
  const repeated = new Set(errors.map(({ pointer }) => pointer));

  const read = (schema: z.ZodType | undefined, value: unknown, prefix: string): unknown => {
    if (!schema) return undefined;
    const result = schema.safeParse(value, { error: messageOf });
    if (result.success) return result.data;
    const problems = result.error.issues.flatMap((issue) => problemsOf(issue, prefix));
    errors.push(...problems.filter(({ pointer }) => !repeated.has(pointer)));
    return undefined;
  };
  const input: Input = {
    params: read(params, request.params, '/path'),
    query: read(query, parameters.values, '/query'),
    headers: read(headers, Object.fromEntries(request.headers), '/headers'),
    body: json === undefined ? undefined : read(body, json, ''),
  };
  return errors.length > 0 ? { refusal: badRequest(...errors) } : { input };
};

/** Reads them from the URL: the host's own list tells neither `?x=1&x=2` from `?x=1,2` nor that there is a `__proto__`. */
const readParameters = (url: string) => {
  const named = Map.groupBy(new URL(url).searchParams, ([name]) => name);
  const own = [...named].filter(([name]) => !hostParameters.has(name));
  const repeated = own.filter(([name, same]) => same.length > 1 && !listParameters.has(name));
  return {
    values: Object.fromEntries(own.map(([name, same]) => [name, same.map(([, value]) => value).join()])),
    repeated: repeated.map(([name]) => `/query${pointerPart(name)}`),
  };
};

const problemsOf = (issue: z.core.$ZodIssue, prefix: string): FieldProblem[] => {
  const pointer = issue.path.reduce<string>((path, part) => path + pointerPart(String(part)), prefix);
  if (issue.code !== 'unrecognized_keys') return [{ pointer, message: issue.message }];
  return issue.keys.map((key) => ({ pointer: pointer + pointerPart(key), message: 'is unknown' }));
};

const messageOf = (issue: z.core.$ZodRawIssue): string | undefined => {
  if (issue.code !== 'invalid_type') return undefined;
  return issue.input === undefined ? 'is required' : `must be of type ${String(issue.expected)}`;
};
