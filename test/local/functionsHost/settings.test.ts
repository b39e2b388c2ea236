import { describe, expect, it } from 'vitest';
import { createSettingResolver, loadSettings } from '../../../local/functionsHost/settings.ts';
import { appRoot } from './runHost.ts';

describe('settings', () => {
  it('come from the environment first, then from local.settings.json', async () => {
    const root = await appRoot({}, { IsEncrypted: false, Values: { A: 'file', B: 'file' }, Host: {} });
    const { settings } = await loadSettings(root, { A: 'environment', C: undefined });
    expect(settings).toEqual({ A: 'environment', B: 'file' });
  });

  it('need no file', async () =>
    expect(await loadSettings(await appRoot(), { A: '1' })).toEqual({
      settings: { A: '1' },
      host: { CORS: '', CORSCredentials: false },
    }));

  it('of the host are those of Core Tools', async () => {
    const Host = { LocalHttpPort: 7072, CORS: 'http://localhost:3000', CORSCredentials: true };
    expect((await loadSettings(await appRoot({}, { Host }), {})).host).toEqual(Host);
  });

  it.each([
    [{ IsEncrypted: true, Values: {} }, 'encrypted settings are not supported'],
    [{ Values: { A: 1 } }, 'must be a string'],
    [{ Host: { LocalHttpPort: '7071' } }, 'Host.LocalHttpPort'],
  ])('%j is refused: %s', async (file, reason) =>
    expect(loadSettings(await appRoot({}, file), {})).rejects.toThrow(reason),
  );
});

describe('looking settings up', () => {
  it('replaces every %NAME% of a text', () =>
    expect(createSettingResolver({ A: '1', B: '2' }).expand('x-%A%-%B%', 'f')).toBe('x-1-2'));

  it('prefers the prefixed name of a connection, as Azure does', () =>
    expect(createSettingResolver({ AzureWebJobsBUS: 'a', BUS: 'b' }).connection('BUS', 'f')).toBe('a'));

  it('remembers all that are missing', () => {
    const resolver = createSettingResolver({ ID__fullyQualifiedNamespace: 'x.servicebus.windows.net' });
    resolver.expand('%A% %B%', 'f');
    resolver.connection('ID', 'g');
    expect(resolver.problems()).toEqual([
      'A (used by f)',
      'B (used by f)',
      'ID (used by g): ID__fullyQualifiedNamespace is set, but this host takes connection strings only',
    ]);
  });
});
