import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { quantities } from '../../adapters/telemetry/metrics.ts';

it('docs/telemetry.md has the metrics that there are, with their kinds and units', async () => {
  const text = await readFile('docs/telemetry.md', 'utf8');
  const rows = text.matchAll(/^\| `(daybook\.[\w.]+)` +\| (\w+) +\| `([^`]+)` +\|/gm);
  expect(Object.fromEntries([...rows].map(([, name, kind, unit]) => [name, { kind, unit }]))).toEqual(quantities);
});
