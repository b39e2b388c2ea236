import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { toMicrosoftsConfig } from '../../../local/launcher/services/emulatorConfig.ts';
import { readTopology } from '../../../local/launcher/services/topology.ts';
import { eventually } from '../functionsHost/runHost.ts';
import { flags, follow, script, topology } from './runStart.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import { writeApp } from './writeApp.ts';

const funcScript = fileURLToPath(new URL('../../../local/launcher/startFunc.ts', import.meta.url));

/** Makes a folder for the PATH with these programs, which are sources for Node. */
const programs = async (sources: Readonly<Record<string, string>>): Promise<string> => {
  const folder = join(await temporaryFolder(), 'bin');
  await mkdir(folder);
  for (const [name, source] of Object.entries(sources)) {
    await writeFile(join(folder, name), `#!${process.execPath}\n${source}`);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
};

describe('Core Tools', () => {
  it('that are not installed are explained', async () => {
    const PATH = await programs({});
    const started = follow(process.execPath, [funcScript, ...flags(await temporaryFolder())], { env: { PATH } });
    expect(await started.gone).toMatchObject({ code: 1 });
    expect(started.errors()).toMatch(/^Azure Functions Core Tools are not installed.*\nGet them by "npm install/);
  });

  it('run the app that has been built, with settings that name the embedded services, and stop with them', async () => {
    const bin = await programs({
      func: `
        if (process.argv[2] === '--version') process.exit(0);
        process.on('SIGINT', () => process.exit(0));
        setInterval(() => undefined, 1000);
        const { COSMOS, SERVICEBUS, AzureWebJobsStorage } = process.env;
        console.log(JSON.stringify({ args: process.argv.slice(2), COSMOS, SERVICEBUS, AzureWebJobsStorage }));`,
    });
    const folder = await writeApp({
      'main.ts': '',
      'package.json': JSON.stringify({ scripts: { build: `node -e "fs.writeFileSync('built', '')"` } }),
    });
    const args = [...flags(await temporaryFolder(), '--storage-port', '0'), '--app', join(folder, 'main.ts')];
    const started = follow(process.execPath, [funcScript, ...args], {
      env: { PATH: `${bin}:${process.env.PATH ?? ''}` },
    });
    const ready = await started.ready;
    const line = await eventually(() => /^\{"args".*\}$/m.exec(started.out())?.[0], 'func to start');
    expect(JSON.parse(line)).toEqual({
      args: ['start', '--port', '0'],
      COSMOS: expect.stringContaining(`:${ready.cosmosPort}/`) as string,
      SERVICEBUS: expect.stringContaining(`:${ready.serviceBusPort};`) as string,
      AzureWebJobsStorage: expect.stringContaining('QueueEndpoint=http://127.0.0.1:') as string,
    });
    started.child.kill('SIGINT');
    expect(await started.gone).toEqual({ code: 0, signal: null });
  });
});

describe('Docker', () => {
  it('that is not there is named in one line', async () => {
    const started = follow(process.execPath, [script, ...flags(await temporaryFolder()), '--docker'], {
      env: { PATH: await programs({}) },
    });
    expect(await started.gone).toMatchObject({ code: 1 });
    expect(started.errors()).toMatch(/^--docker needs Docker, and there is no docker on the PATH\..*\n$/);
  });

  it('that does not run is named, too', async () => {
    const bin = await programs({ docker: `process.exit(process.argv[2] === 'info' ? 1 : 0);` });
    const started = follow(process.execPath, [script, ...flags(await temporaryFolder()), '--docker'], {
      env: { PATH: bin },
    });
    expect(await started.gone).toMatchObject({ code: 1 });
    expect(started.errors()).toMatch(/^--docker needs Docker, which is not running\..*\n$/);
  });

  it('gets the topology within the limits of the emulator of Service Bus', async () => {
    const { serviceBus } = await readTopology(topology);
    expect(toMicrosoftsConfig(serviceBus)).toEqual({
      UserConfig: {
        Namespaces: [
          {
            Name: 'sbemulatorns',
            Queues: [],
            Topics: [
              {
                Name: 'bank-events',
                Properties: {
                  DefaultMessageTimeToLive: 'PT1H',
                  RequiresDuplicateDetection: true,
                  DuplicateDetectionHistoryTimeWindow: 'PT5M',
                },
                Subscriptions: [expect.objectContaining({ Name: 'accounts' }) as object],
              },
            ],
          },
        ],
        Logging: { Type: 'Console' },
      },
    });
  });
});
