import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import type { Answer } from './answer.ts';
import type { Endpoint, Received } from './endpoint.ts';
import { readJson } from './jsonBody.ts';
import { badRequest, type FieldProblem } from './problem.ts';

/** What the endpoint's schemas make of a valid request. */
type Input = Pick<Received, 'params' | 'query' | 'headers' | 'body'>;

/** Parameters that callers send to the host: a function key may come in the query. */
const hostParameters = new Set(['code', 'clientId']);

const noQuery = z.strictObject({});

/** Reads and validates all of a request; a refusal lists every problem of params, query, headers and body. */
export const readInput = async (
  request: HttpRequest,
  { params, query = noQuery, headers, body }: Pick<Endpoint, 'params' | 'query' | 'headers' | 'body'>,
): Promise<{ readonly input: Input } | { readonly refusal: Answer }> => {
  let json: unknown;
  const errors: FieldProblem[] = [];
  if (body) {
    const received = await readJson(request);
    if ('refusal' in received) return received;
    if ('malformed' in received) errors.push({ pointer: '', message: received.malformed });
    else json = received.json;
  }

  const read = (schema: z.ZodType | undefined, value: unknown, prefix: string): unknown => {
    if (!schema) return undefined;
    const result = schema.safeParse(value, { error: messageOf });
    if (result.success) return result.data;
    errors.push(...result.error.issues.flatMap((issue) => problemsOf(issue, prefix)));
    return undefined;
  };
  const parameters = [...request.query].filter(([name]) => !hostParameters.has(name));
  const input: Input = {
    params: read(params, request.params, '/path'),
    query: read(query, Object.fromEntries(parameters), '/query'),
    headers: read(headers, Object.fromEntries(request.headers), '/headers'),
    body: json === undefined ? undefined : read(body, json, ''),
  };
  return errors.length > 0 ? { refusal: badRequest(...errors) } : { input };
};

const problemsOf = (issue: z.core.$ZodIssue, prefix: string): FieldProblem[] => {
  const pointer = issue.path.reduce<string>((path, part) => `${path}/${escape(String(part))}`, prefix);
  if (issue.code !== 'unrecognized_keys') return [{ pointer, message: issue.message }];
  return issue.keys.map((key) => ({ pointer: `${pointer}/${escape(key)}`, message: 'is unknown' }));
};

/** Escapes a part of a pointer (RFC 6901), and cuts it: a caller may have written it. */
const escape = (part: string): string => part.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');

const messageOf = (issue: z.core.$ZodRawIssue): string | undefined => {
  if (issue.code !== 'invalid_type') return undefined;
  return issue.input === undefined ? 'is required' : `must be of type ${String(issue.expected)}`;
};
