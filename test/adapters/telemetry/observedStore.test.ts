import { metrics, type MeterProvider } from '@opentelemetry/api';
import { afterAll, expect, it } from 'vitest';
import { observedStore } from '../../../adapters/telemetry/observedStore.ts';
import type { AppendResult, EventStore } from '../../../application/eventStore.ts';
import { commitOf, opened } from '../../support/bank.ts';

const counted: string[] = [];
const instrumentOf = (name: string) => {
  const count = () => void counted.push(name);
  return { add: count, record: count };
};
const provider = { getMeter: () => ({ createCounter: instrumentOf, createHistogram: instrumentOf }) };
metrics.setGlobalMeterProvider(provider as unknown as MeterProvider);
afterAll(() => metrics.disable());

it.each<[AppendResult, string[]]>([
  [{ outcome: 'appended' }, ['daybook.group.size']],
  [{ outcome: 'conflict', index: 0 }, ['daybook.conflicts']],
  [{ outcome: 'tooLarge' }, []],
])('an append that answers %j counts as %j', async (result, expected) => {
  counted.splice(0);
  const store = observedStore({ append: () => Promise.resolve(result) } as unknown as EventStore);
  await store.append([commitOf('account', 'a', 0, [opened()])], { state: {}, stateVersion: 1 });
  expect(counted).toEqual(expected);
});
