import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import type { Cost } from '../../application/meter.ts';
import type { ContextServices } from '../services.ts';
import type { Admitted } from './admission.ts';
import type { Answer } from './answer.ts';
import { problem } from './problem.ts';
import type { Trace } from './traceparent.ts';

type Responding = Pick<ContextServices, 'door' | 'log' | 'measure' | 'traceRequest'>;

type ByAdmission = Pick<Admitted, 'seesCosts' | 'settle'>;

/** Calls `admit` once it has let the caller in. */
type Work = (trace: Trace, admit: (admitted: ByAdmission) => void) => Promise<Answer>;

/** Answers a request with the result of some work, or with a problem if the work throws or takes too long. */
export const respond = (
  services: Responding,
  route: string,
  request: HttpRequest,
  context: InvocationContext,
  work: Work,
  longestMs = answerWithinMs,
): Promise<HttpResponseInit> => {
  const { functionName, invocationId, traceContext } = context;
  const { method, headers } = request;
  const traceparent = headers.get('traceparent');
  const tracestate = headers.get('tracestate');
  const ofHost = traceContext?.traceParent;
  const host = ofHost === undefined ? undefined : { traceparent: ofHost, tracestate: traceContext?.traceState };
  return services.traceRequest({ method, route, functionName, invocationId, traceparent, tracestate, host }, (trace) =>
    answerIn(services, trace, request, context, work, longestMs),
  );
};

const answerIn = async (
  { door, log, measure }: Responding,
  trace: Trace,
  request: HttpRequest,
  context: InvocationContext,
  work: Work,
  longestMs: number,
): Promise<HttpResponseInit> => {
  const begun = performance.now();
  // Where keys are the door, every caller may see everything.
  let admitted: ByAdmission = { seesCosts: door === 'key', settle: () => undefined };
  const { answer, timing } = await measure(async (bill) => {
    const answered = work(trace, (found) => {
      admitted = found;
    });
    const answer = await withinDeadline(answered, longestMs).catch((error: unknown) => answerTo(error, context, log));
    admitted.settle(bill);
    return { answer, timing: serverTiming(performance.now() - begun, admitted.seesCosts ? bill : undefined) };
  });
  const { status, headers, body, content } = answer;
  const isProblem = headers?.['content-type'] === 'application/problem+json';
  const document = isProblem ? { ...body, instance: new URL(request.url).pathname } : body;
  return {
    status,
    headers: {
      ...securityHeaders,
      ...headers,
      traceparent: trace.traceparent,
      ...(trace.tracestate !== undefined && { tracestate: trace.tracestate }),
      'server-timing': timing,
    },
    ...(document && { jsonBody: document }),
    ...(content && { body: content }),
  };
};

/** Answers are data for programs: no browser renders them or runs anything in them, and no cache keeps them. */
const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

const answerWithinMs = 20_000;

/** The caller gets an answer even if a service never gives one. The work goes on, and may still take effect. */
const withinDeadline = (work: Promise<Answer>, longestMs: number): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const tooLate = () => resolve(problem('ServiceUnavailable', { detail: lateAfter(longestMs) }));
    const timeout = setTimeout(tooLate, longestMs).unref();
    work.then(resolve, reject).finally(() => clearTimeout(timeout));
  });
const lateAfter = (ms: number) =>
  `There was no answer within ${ms / 1_000} seconds. The request may still take effect.`;

/** The time and, for callers who may see them, the requests to Cosmos DB and the answer's share of their request units. */
const serverTiming = (ms: number, cost: Readonly<Cost> | undefined): string => {
  const total = `total;dur=${ms.toFixed(1)}`;
  return cost ? `${total}, trips;desc="${cost.trips}", units;desc="${cost.units.toFixed(2)}"` : total;
};

/** The services that a problem may name. The names of others may hold ids that are not for the caller. */
const knownServices = ['Cosmos DB', 'Service Bus', 'Storage', 'The issuer of tokens'];

const answerTo = (
  error: unknown,
  { functionName, invocationId }: InvocationContext,
  log: ContextServices['log'],
): Answer => {
  const ids = { function: functionName, invocation: invocationId };
  if (error instanceof ServiceUnavailable) {
    log('warn', `${error.message}: ${String(error.cause)}`, ids);
    const seconds = Math.max(1, Math.ceil((error.retryAfterMs ?? 0) / 1_000));
    return problem('ServiceUnavailable', {
      ...(knownServices.includes(error.service) && { detail: `${error.service} is unavailable. Try again later.` }),
      headers: { 'retry-after': String(seconds) },
    });
  }
  log('error', error instanceof Error ? (error.stack ?? error.message) : String(error), ids);
  return problem('InternalError');
};
