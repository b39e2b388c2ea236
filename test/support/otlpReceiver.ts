import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Value = { readonly stringValue?: string; readonly intValue?: number | string; readonly doubleValue?: number };
type Attributes = readonly { readonly key: string; readonly value: Value }[];

export type ReceivedSpan = {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
};
export type ReceivedMetric = { readonly name: string; readonly unit: string; readonly points: readonly Point[] };
type Point = { readonly attributes: Readonly<Record<string, unknown>>; readonly value: number };
export type ReceivedLog = {
  readonly severity: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, unknown>>;
};

const plain = (attributes: Attributes = []): Record<string, unknown> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.doubleValue ?? (value.intValue === undefined ? undefined : Number(value.intValue)),
    ]),
  );

/* The parts of OTLP in JSON that are looked at here. */
type SentSpan = Omit<ReceivedSpan, 'attributes' | 'links'> & {
  readonly attributes?: Attributes;
  readonly links?: ReceivedSpan['links'];
};
type SentPoint = {
  readonly attributes?: Attributes;
  readonly asInt?: number | string;
  readonly asDouble?: number;
  readonly count?: number | string;
};
type SentMetric = {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { readonly dataPoints: readonly SentPoint[] };
  readonly histogram?: { readonly dataPoints: readonly SentPoint[] };
};
type SentLog = {
  readonly severityText: string;
  readonly body: Value;
  readonly attributes?: Attributes;
};
type Sent = {
  readonly resourceSpans?: readonly { scopeSpans: readonly { spans: readonly SentSpan[] }[] }[];
  readonly resourceMetrics?: readonly { scopeMetrics: readonly { metrics: readonly SentMetric[] }[] }[];
  readonly resourceLogs?: readonly { scopeLogs: readonly { logRecords: readonly SentLog[] }[] }[];
};

/** Takes what an app sends by OTLP over HTTP, in JSON. Values of histograms are their counts. */
export const startOtlpReceiver = async () => {
  const seen = {
    spans: [] as ReceivedSpan[],
    /** The values that were sent last. */
    metrics: new Map<string, ReceivedMetric>(),
    logs: [] as ReceivedLog[],
    /** All of it, as it came. */
    text: '',
  };
  const take = ({ resourceSpans = [], resourceMetrics = [], resourceLogs = [] }: Sent): void => {
    for (const span of resourceSpans.flatMap((each) => each.scopeSpans.flatMap(({ spans }) => spans))) {
      seen.spans.push({ ...span, attributes: plain(span.attributes), links: span.links ?? [] });
    }
    for (const metric of resourceMetrics.flatMap((each) => each.scopeMetrics.flatMap(({ metrics }) => metrics))) {
      const points = (metric.sum ?? metric.histogram)?.dataPoints ?? [];
      seen.metrics.set(metric.name, {
        name: metric.name,
        unit: metric.unit,
        points: points.map(({ attributes, asInt, asDouble, count }) => ({
          attributes: plain(attributes),
          value: Number(asInt ?? asDouble ?? count),
        })),
      });
    }
    for (const log of resourceLogs.flatMap((each) => each.scopeLogs.flatMap(({ logRecords }) => logRecords))) {
      const { severityText: severity, body, attributes } = log;
      seen.logs.push({ severity, message: body.stringValue ?? '', attributes: plain(attributes) });
    }
  };

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      seen.text += body;
      take(JSON.parse(body) as Sent);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    seen,
    /** Settings by which an app sends here, and soon. */
    settings: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_BLRP_SCHEDULE_DELAY: '100',
      OTEL_METRIC_EXPORT_INTERVAL: '500',
      OTEL_METRIC_EXPORT_TIMEOUT: '400',
    },
    close: () => server.close().closeAllConnections(),
  };
};
