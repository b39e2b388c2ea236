import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { appRoot, eventually, runHost } from './runHost.ts';

describe.concurrent('an app that cannot be run', () => {
  it.each([
    ['empty.ts', 'registers no functions'],
    ['twice.ts', 'A function with id "same" has already been registered.'],
    ['twoCases.ts', 'Two functions are called SAME'],
    ['throwing.ts', 'broken entry'],
    ['badAppStart.ts', 'not today'],
    ['logHook.ts', 'Log hooks require Azure Functions Host v4.34 or higher.'],
    ['streaming.ts', 'does not support HTTP streaming'],
    ['badSchedule.ts', 'tick: "whenever" is no schedule'],
  ])('%s: %s', async (entry, reason) => {
    await expect(runHost(entry)).rejects.toThrow(reason);
  });

  it('because settings are missing is told all of them at once', async () => {
    const failure = await runHost('missingSettings.ts').catch((error: unknown) => error as Error);
    expect('message' in failure && failure.message.split('\n').slice(1)).toEqual([
      '  NO_SUCH_CONNECTION (used by first)',
      '  NO_SUCH_TOPIC (used by first)',
      '  NO_SUCH_SCHEDULE (used by second)',
    ]);
  });

  it('because its host.json is wrong is told why', async () =>
    expect(runHost('commonJs.cjs', { appRoot: await appRoot({ version: '1.0' }) })).rejects.toThrow('must be "2.0"'));

  it('because its port is taken says which, and how to choose another', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await expect(runHost('commonJs.cjs', { port })).rejects.toThrow(`Port ${port} for the app is taken`);
    server.close();
  });
});

/** The address of a broker that does not run. */
const nowhere = {
  NOWHERE: 'Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true;',
};

describe.concurrent('an app', () => {
  it('may be CommonJS', async () => {
    const host = await runHost('commonJs.cjs', {
      appRoot: await appRoot({ extensions: { http: { routePrefix: '' } } }),
    });
    expect(await (await fetch(`${host.url}/one`)).text()).toBe('from CommonJS');
    await host.close();
  });

  it('runs without the functions that cannot run here or in Azure, and says so', async () => {
    const host = await runHost('mixed.ts', { settings: nowhere });
    const warnings = host.log.filter(({ level, functionName }) => level === 'warning' && functionName === undefined);
    expect(warnings.map(({ message }) => message)).toEqual([
      'blob is skipped: this host does not support blobTrigger.',
      'reserved is skipped: the route admin/things is one that Azure keeps for itself.',
      'retriedMessage: a retry policy has no effect on this trigger, as in Azure.',
    ]);
    expect(host.functions).toEqual([
      { name: 'retriedMessage', trigger: 'serviceBus' },
      { name: 'retried', trigger: 'timer' },
    ]);
    await host.close();
  });

  it('runs without the functions that its settings disable, and says so', async () => {
    const settings = {
      ...nowhere,
      'AzureWebJobs.retried.Disabled': 'True',
      AzureWebJobs__retriedMessage__Disabled: '0',
    };
    const host = await runHost('mixed.ts', { settings });
    expect(host.log.map(({ message }) => message)).toContain('retried is disabled by a setting.');
    expect(host.functions).toEqual([{ name: 'retriedMessage', trigger: 'serviceBus' }]);
    await host.close();
    // On Linux, names of variables have no dots.
    const other = await runHost('mixed.ts', { settings: { ...nowhere, AzureWebJobs__retried__Disabled: '1' } });
    expect(other.functions.map(({ name }) => name)).not.toContain('retried');
    await other.close();
  });

  it('gets its timer in camel case, at the start if it asks for that, and again as its retry policy says', async () => {
    const host = await runHost('mixed.ts', { settings: nowhere });
    const ticks = await eventually(() => {
      const found = host.sent.filter(({ type }) => type === 'tick');
      return found.length >= 3 && found;
    }, 'the run at the start and two more');
    expect(ticks.map(({ timer }) => timer)).toEqual(
      Array(3).fill({
        isPastDue: false,
        schedule: { adjustForDST: true },
        scheduleStatus: {
          last: '0001-01-01T00:00:00+00:00',
          next: expect.stringMatching(/^\d{4}-01-01T00:00:00.000\+00:00$/) as string,
          lastUpdated: '0001-01-01T00:00:00+00:00',
        },
      }),
    );
    expect(ticks.map(({ retryContext }) => retryContext)).toEqual([
      undefined,
      expect.objectContaining({ retryCount: 1, maxRetryCount: 2 }) as object,
      expect.objectContaining({ retryCount: 2, maxRetryCount: 2 }) as object,
    ]);
    await host.close();
  });
});

describe('a host that is closed', () => {
  it('answers what it has begun, takes nothing new, and tells the app', async () => {
    const host = await runHost('httpApp.ts');
    const running = fetch(`${host.url}/api/slow`);
    await fetch(`${host.url}/api/noContent`);
    const closed = host.close();
    expect(await (await running).text()).toBe('done');
    await closed;
    expect(host.sent.map(({ type }) => type)).toEqual(['terminated']);
    await expect(fetch(`${host.url}/api/noContent`)).rejects.toThrow();
  });
});
