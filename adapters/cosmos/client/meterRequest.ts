import type { Plugin, RequestContext } from '@azure/cosmos';
import { SpanKind, type Span } from '@opentelemetry/api';
import { charge } from '../../telemetry/meter.ts';
import { record } from '../../telemetry/metrics.ts';
import { markFailed, tracer } from '../../telemetry/spans.ts';
import { checkDeadline } from './deadline.ts';

/** Answers that work can expect: not modified, not there, there already, changed since. */
const refusals = new Set<unknown>([304, 404, 409, 412]);

type Headers = Readonly<Record<string, unknown>> | undefined;

/**
 * Every request for items counts, also one that is repeated or refused. The client's own questions do not: the account,
 * the container, and the plan that it asks for beside each query.
 */
export const meterRequest: Plugin<unknown> = async (request, _diagnostics, next) => {
  checkDeadline();
  const isPlan = 'x-ms-cosmos-is-query-plan-request' in (request.headers ?? {});
  const container = /\/colls\/([^/]+)\/docs/.exec(request.path ?? '')?.[1];
  if (container === undefined || isPlan) return next(request);

  const operation = operationOf(request);
  const chargeFor = (headers: Headers, span: Span) => {
    const units = Number(headers?.['x-ms-request-charge'] ?? 0);
    charge({ trips: 1, units });
    record('daybook.cosmos.trips', 1, { container, operation });
    record('daybook.cosmos.request_units', units, { container, operation });
    span.setAttribute('azure.cosmosdb.operation.request_charge', units);
  };
  const attributes = {
    'db.system.name': 'azure.cosmosdb',
    'db.operation.name': operation,
    'db.collection.name': container,
  };
  return tracer().startActiveSpan(`${operation} ${container}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      const response = await next(request);
      chargeFor(response.headers, span);
      span.setAttribute('db.response.status_code', String(response.code ?? ''));
      return response;
    } catch (error) {
      const { headers, code } = error as { headers?: Headers; code?: unknown };
      chargeFor(headers, span);
      span.setAttribute('db.response.status_code', String(code));
      if (!refusals.has(code)) markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
};

/** `batch`, which the client has no word for, or the client's word: `read`, `create`, `query` … */
const operationOf = ({ headers, operationType }: RequestContext): string =>
  'x-ms-cosmos-is-batch-request' in (headers ?? {}) ? 'batch' : (operationType ?? 'request');
