import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { StartOptions } from '../arguments.ts';
import { toMicrosoftsConfig } from './emulatorConfig.ts';
import type { Cleanup } from '../program.ts';
import { StartProblem } from '../../service/startProblem.ts';
import type { Services } from './services.ts';
import type { Topology } from './topology.ts';
import { codeOf, messageOf } from '../../service/thrown.ts';

const composeFile = fileURLToPath(new URL('../../../compose.yaml', import.meta.url));
/** The emulators start slowly, and Docker downloads them first. */
const readyMs = 300_000;
const askAgainMs = 1_000;

/** The well-known connection strings of the emulators. */
const settings = {
  COSMOS:
    'AccountEndpoint=http://localhost:8081/;AccountKey=C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==;',
  SERVICEBUS:
    'Endpoint=sb://localhost;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

type Ended = { readonly code: number | null; readonly output: string };

/** Runs docker to its end. Shows its output on the standard error, so that nobody takes it for ours. */
const docker = async (args: readonly string[], environment: NodeJS.ProcessEnv = {}, show = true): Promise<Ended> => {
  const child = spawn('docker', args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const hear = (chunk: Buffer): void => {
    output += chunk.toString();
    if (show) process.stderr.write(chunk);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
};

const instead = 'Without --docker, embedded services run in its place.';

const checkDocker = async (): Promise<void> => {
  let found: Ended;
  try {
    found = await docker(['compose', 'version'], {}, false);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    throw new StartProblem(`--docker needs Docker, and there is no docker on the PATH. ${instead}`);
  }
  if (found.code !== 0) throw new StartProblem(`--docker needs "docker compose", which this Docker lacks. ${instead}`);
  const running = await docker(['info', '--format', '{{.ServerVersion}}'], {}, false);
  if (running.code !== 0) throw new StartProblem(`--docker needs Docker, which is not running. ${instead}`);
};

/** Repeats an attempt until it succeeds, or until it has taken too long. */
const eventually = async (what: string, attempt: () => Promise<void>): Promise<void> => {
  const deadline = Date.now() + readyMs;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() < deadline) {
        await delay(askAgainMs);
        continue;
      }
      const reason = messageOf(error);
      throw new StartProblem(`${what} does not answer: ${reason}. Its log: docker compose -f ${composeFile} logs`);
    }
  }
};

const answersWell = async (url: string): Promise<void> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(askAgainMs * 5) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`status ${response.status}`);
};

/** Runs Microsoft's emulators in containers, and creates the topology in them. */
export const startDocker = async (
  { data, fresh }: StartOptions,
  topology: Topology,
  cleanup: Cleanup,
): Promise<Services> => {
  await checkDocker();
  const folder = resolve(data);
  const config = join(folder, 'serviceBusEmulator.json');
  await mkdir(folder, { recursive: true });
  await writeFile(config, JSON.stringify(toMicrosoftsConfig(topology.serviceBus), undefined, 2));

  const compose = (...args: string[]): Promise<Ended> =>
    docker(['compose', '--file', composeFile, ...args], { SERVICEBUS_CONFIG: config });
  if (fresh) await compose('down', '--volumes');
  cleanup(async () => {
    await compose('stop');
  });
  // The emulator of Service Bus reads its file only when its container is created, so this creates that container each time.
  for (const which of [
    ['cosmos', 'sql', 'storage'],
    ['--force-recreate', '--no-deps', 'servicebus'],
  ]) {
    const { code, output } = await compose('up', '--detach', ...which);
    if (code !== 0) throw new StartProblem(`docker compose failed:\n${output.trim()}`);
  }

  const { provisionCosmos } = await import('./provision.ts');
  await Promise.all([
    eventually('Cosmos DB', () => provisionCosmos(settings.COSMOS, topology.cosmos)),
    eventually('Service Bus', () => answersWell('http://localhost:5300/health')),
  ]);
  return {
    settings,
    addresses: [
      ['Cosmos DB', 'http://localhost:8081  (data explorer: http://localhost:1234)'],
      ['Service Bus', 'sb://localhost:5672'],
      ['Storage', 'http://localhost:10000'],
    ],
    ports: { cosmosPort: 8081, serviceBusPort: 5672, storagePort: 10_000 },
    // Docker keeps them running, and reports itself if one ends.
    crashed: new Promise<never>(() => undefined),
  };
};
