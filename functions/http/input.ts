import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import type { Answer } from './answer.ts';
import type { Operation } from './operation.ts';
import { badRequest, problem, type FieldProblem } from './problem.ts';

const maximumBodyBytes = 64 * 1024;

export type Input<Params, Query, Headers, Body> = {
  readonly params: Params;
  readonly query: Query;
  readonly headers: Headers;
  readonly body: Body;
};

/** Function keys may come in the query; they are the host's business. */
const hostParameters = new Set(['code', 'clientId']);

const noQuery = z.strictObject({});

/** Reads and validates all of a request; a refusal names every problem of params, query, headers and body at once. */
export const readInput = async <P extends z.ZodType, Q extends z.ZodType, H extends z.ZodType, B extends z.ZodType>(
  request: HttpRequest,
  operation: Operation<P, Q, H, B>,
): Promise<{ input: Input<z.infer<P>, z.infer<Q>, z.infer<H>, z.infer<B>> } | { refusal: Answer }> => {
  let json: unknown;
  const errors: FieldProblem[] = [];
  if (operation.body) {
    const body = await readJson(request);
    if ('refusal' in body) return body;
    if ('malformed' in body) errors.push({ pointer: '', message: body.malformed });
    else json = body.json;
  }

  const read = (schema: z.ZodType | undefined, value: unknown, prefix: string): unknown => {
    if (!schema) return undefined;
    const result = schema.safeParse(value, { error: messageOf });
    if (result.success) return result.data;
    errors.push(...result.error.issues.flatMap((issue) => problemsOf(issue, prefix)));
    return undefined;
  };
  const query = [...request.query].filter(([name]) => !hostParameters.has(name));
  const input = {
    params: read(operation.params, request.params, '/path'),
    query: read(operation.query ?? noQuery, Object.fromEntries(query), '/query'),
    headers: read(operation.headers, Object.fromEntries(request.headers), '/headers'),
    body: json === undefined ? undefined : read(operation.body, json, ''),
  } as Input<z.infer<P>, z.infer<Q>, z.infer<H>, z.infer<B>>;
  return errors.length > 0 ? { refusal: badRequest(...errors) } : { input };
};

const readJson = async (
  request: HttpRequest,
): Promise<{ json: unknown } | { malformed: string } | { refusal: Answer }> => {
  const contentType = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType.trim())) {
    return { refusal: problem('UnsupportedMediaType') };
  }
  if (Number(request.headers.get('content-length')) > maximumBodyBytes) return { refusal: problem('BodyTooLarge') };
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > maximumBodyBytes) return { refusal: problem('BodyTooLarge') };
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return { malformed: 'is not JSON in UTF-8' };
  }
};

const problemsOf = (issue: z.core.$ZodIssue, prefix: string): FieldProblem[] => {
  const pointer = issue.path.reduce<string>((path, part) => `${path}/${escape(String(part))}`, prefix);
  if (issue.code !== 'unrecognized_keys') return [{ pointer, message: issue.message }];
  return issue.keys.map((key) => ({ pointer: `${pointer}/${escape(key)}`, message: 'is not known here' }));
};

/** As RFC 6901 has it; cut, since the caller's own text comes back. */
const escape = (part: string): string => part.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');

const messageOf = (issue: z.core.$ZodRawIssue): string | undefined => {
  if (issue.code !== 'invalid_type') return undefined;
  return issue.input === undefined ? 'is required' : `must be of type ${String(issue.expected)}`;
};
