import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { quantities } from '../../adapters/telemetry/metrics.ts';
import topology from '../../infra/topology.json' with { type: 'json' };
import { bodyOf, deployDev, deployProduction, ofType } from './deployments.ts';

const deployed = deployDev({ alertEmail: 'operators@bank.example' });
const logAlerts = ofType(deployed, 'Microsoft.Insights/scheduledQueryRules').map(({ body }) =>
  z
    .object({
      displayName: z.string(),
      description: z.string(),
      criteria: z.object({ allOf: z.tuple([z.object({ query: z.string() })]) }),
    })
    .parse(body.properties),
);
const metricAlerts = ofType(deployed, 'Microsoft.Insights/metricAlerts').map(({ body }) => String(body.name));

const { serializedData } = z
  .object({ serializedData: z.string() })
  .parse(bodyOf(deployed, 'Microsoft.Insights/workbooks').properties);
const workbook = z
  .object({
    items: z.array(z.object({ content: z.object({ query: z.string().optional() }) })),
    fallbackResourceIds: z.array(z.string()),
  })
  .parse(JSON.parse(serializedData));
const queries = workbook.items.flatMap(({ content }) => content.query ?? []);

const metricsIn = (query: string): string[] => query.match(/(?<=')daybook\.[\w.]+(?=')/g) ?? [];
/** The attributes of a metric that a query uses; a table documents them with the metric. */
const documented = readFileSync('docs/telemetry.md', 'utf8').split('\n');
const rowOf = (metric: string): string => documented.find((line) => line.startsWith(`| \`${metric}\``)) ?? '';

describe('alerts', () => {
  it('watch what the runbook has a row for', () => {
    const runbook = readFileSync('docs/operations.md', 'utf8');
    const names = [
      ...logAlerts.map(({ displayName }) => displayName),
      ...metricAlerts.map((name) => name.replace(/-[0-9a-f]{13}$/, '')),
    ];
    expect(names.filter((name) => !runbook.includes(`| \`${name}\``))).toEqual([]);
    expect(names.sort()).toEqual(
      [
        'cosmos-throttling',
        'dead-letters',
        'failures',
        'gaps',
        'invariants',
        'lag',
        'parked',
        'servicebus-throttling',
        'stalled',
        'topic-size',
        'webhooks',
      ].sort(),
    );
  });

  it('tell the operators', () => {
    expect(bodyOf(deployed, 'Microsoft.Insights/actionGroups')).toMatchObject({
      properties: { emailReceivers: [{ emailAddress: 'operators@bank.example' }] },
    });
    expect(bodyOf(deployProduction(), 'Microsoft.Insights/actionGroups')).toMatchObject({
      properties: { emailReceivers: [] },
    });
  });

  it('fire at 60 % of the size of the topic', () => {
    const alert = ofType(deployed, 'Microsoft.Insights/metricAlerts').find(({ name }) => name.startsWith('topic-size'));
    const [topic] = topology.serviceBus.topics;
    expect(alert?.body).toMatchObject({
      properties: {
        criteria: { allOf: [{ metricName: 'Size', threshold: (topic?.maxSizeInMegabytes ?? 0) * 1024 * 1024 * 0.6 }] },
      },
    });
  });

  it.each(logAlerts)('$displayName asks for metrics and attributes that the app sends', ({ criteria }) => {
    expect(criteria.allOf.flatMap(({ query }) => unknownIn(query))).toEqual([]);
  });
});

describe('the workbook', () => {
  it('asks for metrics and attributes that the app sends', () => expect(queries.flatMap(unknownIn)).toEqual([]));

  it('shows every metric', () =>
    expect([...new Set(queries.flatMap(metricsIn))].sort()).toEqual(Object.keys(quantities).sort()));

  it('asks Application Insights', () =>
    expect(workbook.fallbackResourceIds).toEqual(
      ofType(deployed, 'Microsoft.Insights/components').map(({ id }) => id),
    ));
});

const unknownIn = (query: string): string[] => {
  const metrics = metricsIn(query);
  const attributes = query.match(/(?<=customDimensions\.)\w+/g) ?? [];
  return [
    ...metrics.filter((metric) => !(metric in quantities)),
    ...attributes.filter((attribute) => metrics.some((metric) => !rowOf(metric).includes(`\`${attribute}\``))),
  ];
};
