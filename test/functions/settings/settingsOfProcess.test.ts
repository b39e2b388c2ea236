import { afterEach, expect, it, vi } from 'vitest';
import { settingsOfProcess } from '../../../functions/settings/contextSettings.ts';
import { readSettings } from '../../../functions/settings/settings.ts';
import local from '../../../local.settings.json' with { type: 'json' };

afterEach(() => vi.unstubAllEnvs());

it('sees what the host sets after it has loaded the app, and no other setting that changes', () => {
  for (const [name, value] of Object.entries(local.Values)) vi.stubEnv(name, value);
  const settings = settingsOfProcess(readSettings, 'WEBSITE_HOSTNAME');
  const storage = 'DefaultEndpointsProtocol=http;AccountName=one;AccountKey=a2V5';
  vi.stubEnv('AzureWebJobsStorage', storage);
  vi.stubEnv('WEBSITE_HOSTNAME', 'localhost:7071');
  vi.stubEnv('BANK_TIME_ZONE', 'Europe/Berlin');
  expect(settings.AzureWebJobsStorage).toEqual({ connectionString: storage });
  expect(settings.WEBSITE_HOSTNAME).toBe('localhost:7071');
  expect(settings.BANK_TIME_ZONE).toBe('UTC');
});
