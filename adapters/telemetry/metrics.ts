import { metrics, type Attributes } from '@opentelemetry/api';

/** All metrics: a count is a counter, any other a distribution. docs/telemetry.md explains them. */
export const quantities = {
  'daybook.commands': { kind: 'count', unit: '{command}' },
  'daybook.command.duration': { kind: 'distribution', unit: 'ms' },
  'daybook.conflicts': { kind: 'count', unit: '{append}' },
  'daybook.group.size': { kind: 'distribution', unit: '{commit}' },
  'daybook.cosmos.trips': { kind: 'count', unit: '{request}' },
  'daybook.cosmos.request_units': { kind: 'count', unit: '{request_unit}' },
  'daybook.publish.delay': { kind: 'distribution', unit: 'ms' },
  'daybook.listener.lag': { kind: 'distribution', unit: 'ms' },
  'daybook.parked': { kind: 'count', unit: '{message}' },
  'daybook.emails': { kind: 'count', unit: '{email}' },
  'daybook.gaps': { kind: 'distribution', unit: '{gap}' },
  'daybook.stalled': { kind: 'count', unit: '{run}' },
  'daybook.webhooks.tries': { kind: 'count', unit: '{try}' },
  'daybook.webhooks.disabled': { kind: 'count', unit: '{webhook}' },
  'daybook.untold': { kind: 'count', unit: '{event}' },
  'daybook.invariants': { kind: 'distribution', unit: '{breach}' },
} as const;
export type Quantity = keyof typeof quantities;

type Record = (value: number, attributes?: Attributes) => void;
const instruments = new Map<Quantity, Record>();

const open = (name: Quantity): Record => {
  const { kind, unit } = quantities[name];
  const meter = metrics.getMeter('daybook');
  if (kind === 'count') {
    const counter = meter.createCounter(name, { unit });
    return (value, attributes) => counter.add(value, attributes);
  }
  const histogram = meter.createHistogram(name, { unit });
  return (value, attributes) => histogram.record(value, attributes);
};

/** Adds to a count, or to a distribution. Opens an instrument on first use: by then telemetry has begun, or never will. */
export const record = (name: Quantity, value: number, attributes: Attributes = {}): void => {
  let instrument = instruments.get(name);
  if (!instrument) instruments.set(name, (instrument = open(name)));
  instrument(value, attributes);
};
