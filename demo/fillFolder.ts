import { fileURLToPath } from 'node:url';
import { loadSettings } from '../local/functionsHost/settings.ts';
import { parseStartArguments } from '../local/launcher/arguments.ts';
import { startEmbedded } from '../local/launcher/services/embedded.ts';
import { readTopology, topologyFor } from '../local/launcher/services/topology.ts';
import { fillDemo, type Demo, type DemoOptions } from './fillDemo.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const [app, topologyFile] = [path('../functions/main.ts'), path('../infra/topology.json')];
const freePorts = ['--cosmos-port', '0', '--servicebus-port', '0', '--storage-port', '0'];

export type Folder = {
  readonly data: string;
  /** Deletes the data of earlier runs first. */
  readonly fresh: boolean;
};

/**
 * Runs the embedded services on a data folder for as long as it takes to fill them with the demo. The folder is this process's alone
 * meanwhile: throws a StartProblem where an app runs on it, and what `fillDemo` throws.
 */
export const fillFolder = async ({ data, fresh }: Folder, options: DemoOptions): Promise<Demo> => {
  const flags = ['--app', app, '--topology', topologyFile, '--data', data, ...(fresh ? ['--fresh'] : []), ...freePorts];
  const given = parseStartArguments(flags);
  if (given === 'help') throw new Error('No flag asks for help');
  const { settings: own } = await loadSettings(path('..'), process.env);
  const topology = topologyFor(await readTopology(topologyFile), own);
  const stops: (() => Promise<void> | void)[] = [];
  try {
    const { settings, crashed } = await startEmbedded(given, topology, (stop) => stops.push(stop));
    const { COSMOS = '', SERVICEBUS = '' } = settings;
    return await Promise.race([fillDemo({ COSMOS, SERVICEBUS, CURSOR_KEY: own.CURSOR_KEY ?? '' }, options), crashed]);
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
};
