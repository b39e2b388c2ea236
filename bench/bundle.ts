import { execFile, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import settings from '../local.settings.json' with { type: 'json' };
import type { Load } from './loadOnce.ts';
import { median } from './median.ts';
import { printTable } from './table.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 9);
const run = promisify(execFile);
const script = fileURLToPath(new URL('loadOnce.ts', import.meta.url));

type Variant = { readonly entries: readonly string[]; readonly env?: Readonly<Record<string, string>> };
const variants: Readonly<Record<string, Variant>> = {
  'the bundle': { entries: ['dist/main.js'] },
  'the bundle, with Application Insights': {
    entries: ['dist/main.js'],
    env: { APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${randomUUID()}` },
  },
  'the sources': { entries: ['functions/main.ts'] },
  'the sources, with all that the bundle leaves for later': {
    entries: [
      'functions/main.ts',
      'adapters/serviceBus/topic.ts',
      'adapters/identity/managedIdentity.ts',
      'adapters/telemetry/applicationInsights.ts',
      'adapters/telemetry/openTelemetry.ts',
      'adapters/tokens/tokens.ts',
    ],
  },
};

const loadOnce = async (counts: 'count' | 'time', { entries, env }: Variant): Promise<Load> => {
  const child = fork(script, [counts, ...entries], {
    env: { ...process.env, ...settings.Values, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [load] = (await once(child, 'message')) as [Load];
  return load;
};

/** Measures loading the app, each time in a fresh process, with its files in the cache of the operating system. */
export const bundle = async (): Promise<void> => {
  await run(process.execPath, ['deployment/build.ts']);
  const loads = Object.entries(variants).map(([name, variant]) => ({ name, variant, seen: [] as Load[] }));
  // Takes turns, so that other load on the machine affects all variants.
  for (let round = 0; round < rounds; round += 1) {
    for (const { variant, seen } of loads) seen.push(await loadOnce('time', variant));
  }
  const fastest = (seen: readonly Load[]) => Math.min(...seen.map(({ ms }) => ms));
  const bundled = loads[0] ? fastest(loads[0].seen) : NaN;
  const rows = [];
  for (const { name, variant, seen } of loads) {
    rows.push({
      loading: name,
      'ms, median': median(seen.map(({ ms }) => ms)).toFixed(0),
      'ms, best': fastest(seen).toFixed(0),
      'of the bundle': `${(fastest(seen) / bundled).toFixed(1)} x`,
      MiB: median(seen.map(({ mib }) => mib)).toFixed(0),
      files: (await loadOnce('count', variant)).files,
    });
  }
  printTable(`Loading the app, ${rounds} fresh processes each`, rows);
  printTable('Chunks', await chunks());
};

const chunks = async () => {
  const files = (await readdir('dist')).filter((file) => file.endsWith('.js'));
  const sizes = await Promise.all(files.map(async (file) => ({ file, size: (await stat(`dist/${file}`)).size })));
  return sizes
    .filter(({ size }) => size > 10_000)
    .sort((a, b) => b.size - a.size)
    .map(({ file, size }) => ({ chunk: file.replace(/-[A-Z0-9]{8}\.js$/, ''), KB: Math.round(size / 1_000) }));
};
