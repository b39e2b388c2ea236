import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import type { z } from 'zod';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import type { Cost } from '../../application/meter.ts';
import type { Caller } from '../../application/identity.ts';
import { admit, door, log, measure, traceRequest } from '../composition.ts';
import { requirementOf } from './access.ts';
import type { Answer } from './answer.ts';
import { readInput, type Input } from './input.ts';
import type { Operation } from './operation.ts';
import { problem } from './problem.ts';
import { continueTrace, traceOf, type Trace } from './traceparent.ts';

export type Received<Params, Query, Headers, Body> = Input<Params, Query, Headers, Body> & {
  readonly trace: Trace;
  readonly caller: Caller;
};

/** The handler of an operation: parses, answers, and turns what was thrown into a problem document. */
export const endpoint =
  <P extends z.ZodType, Q extends z.ZodType, H extends z.ZodType, B extends z.ZodType>(
    operation: Operation<P, Q, H, B>,
    answer: (received: Received<z.infer<P>, z.infer<Q>, z.infer<H>, z.infer<B>>) => Promise<Answer>,
  ) =>
  (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> =>
    respond(request, context, async (trace) => {
      const admitted = await admit(request, operation.access);
      if ('refusal' in admitted) return admitted.refusal;
      const result = await readInput(request, operation);
      if ('refusal' in result) return result.refusal;
      return answer({ ...result.input, trace, caller: admitted.caller });
    });

/** Registers an operation with the Functions host. */
export const serve = <P extends z.ZodType, Q extends z.ZodType, H extends z.ZodType, B extends z.ZodType>(
  operation: Operation<P, Q, H, B>,
  answer: (received: Received<z.infer<P>, z.infer<Q>, z.infer<H>, z.infer<B>>) => Promise<Answer>,
): void =>
  app.http(operation.id, {
    methods: [operation.method],
    route: operation.route,
    // Who comes with a token has no key.
    authLevel: door.kind === 'token' ? 'anonymous' : requirementOf(operation.access).key,
    handler: endpoint(operation, answer),
  });

export const respond = (
  request: HttpRequest,
  context: InvocationContext,
  work: (trace: Trace) => Promise<Answer>,
): Promise<HttpResponseInit> => {
  const { functionName, invocationId, options, traceContext } = context;
  const received = request.headers.get('traceparent');
  const route = typeof options.trigger.route === 'string' ? options.trigger.route : functionName;
  const traceparent = traceContext?.traceParent ?? received;
  return traceRequest({ method: request.method, route, functionName, invocationId, traceparent }, (own) =>
    answerIn(own === undefined ? continueTrace(received) : traceOf(own), request, context, work),
  );
};

const answerIn = async (
  trace: Trace,
  request: HttpRequest,
  context: InvocationContext,
  work: (trace: Trace) => Promise<Answer>,
): Promise<HttpResponseInit> => {
  const begun = performance.now();
  const { answer, timing } = await measure(async (cost) => {
    const answer = await withinDeadline(work(trace)).catch((error: unknown) => answerTo(error, context));
    return { answer, timing: serverTiming(performance.now() - begun, cost) };
  });
  const { status, headers, body } = answer;
  const isProblem = headers?.['content-type'] === 'application/problem+json';
  const document = isProblem ? { ...body, instance: new URL(request.url).pathname } : body;
  return {
    status,
    headers: { ...securityHeaders, ...headers, traceparent: trace.traceparent, 'server-timing': timing },
    ...(document && { jsonBody: document }),
  };
};

/** Answers are data for programs: browsers show and run nothing of them, and nobody keeps what is personal. */
const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

/** Whatever happens to the services behind, a caller gets an answer. What was asked may still be done. */
const answerWithinMs = 20_000;

const withinDeadline = (work: Promise<Answer>): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => resolve(problem('ServiceUnavailable')), answerWithinMs).unref();
    work.then(resolve, reject).finally(() => clearTimeout(late));
  });

/** Requests to Cosmos DB that the answer took, and its share of the units that they were charged. */
const serverTiming = (ms: number, { trips, units }: Readonly<Cost>): string =>
  `total;dur=${ms.toFixed(1)}, trips;desc="${trips}", units;desc="${units.toFixed(2)}"`;

const answerTo = (error: unknown, { functionName, invocationId }: InvocationContext): Answer => {
  const ids = { function: functionName, invocation: invocationId };
  if (error instanceof ServiceUnavailable) {
    log('warn', `${error.message}: ${String(error.cause)}`, ids);
    const seconds = Math.max(1, Math.ceil((error.retryAfterMs ?? 0) / 1_000));
    return problem('ServiceUnavailable', { headers: { 'retry-after': String(seconds) } });
  }
  log('error', error instanceof Error ? (error.stack ?? error.message) : String(error), ids);
  return problem('InternalError');
};
