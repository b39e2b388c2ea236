import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { clientTypes } from '../../docs/clientTypes.ts';
import { aboutShop, orderEndpoints } from '../../examples/shop/api.ts';
import { bankAt } from '../../examples/shop/bank.ts';
import { shopOn } from '../../examples/shop/registry.ts';
import { contextApi } from '../../functions/api/contextApi.ts';
import { endpoints } from '../../functions/api/endpoints.ts';
import { openApiDocument } from '../../functions/http/openApiDocument.ts';
import { requireKeys } from '../../functions/http/requiredKeys.ts';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';

const redocly = 'node_modules/@redocly/cli/bin/cli.js';
const flags = [
  '--extends=recommended',
  '--format=json',
  // A DELETE of `…/{id}` beside a POST of `…/resubmit`: no request is for both.
  '--skip-rule=no-ambiguous-paths',
];

const shop = contextApi(shopOn(bankAt('http://localhost', undefined)), aboutShop, orderEndpoints(60));

describe('the OpenAPI document', () => {
  it.each([
    ['keys', openApiDocument(endpoints, 'key')],
    ['tokens', openApiDocument(requireKeys(endpoints), 'token')],
    ['keys, of the shop,', openApiDocument(shop, 'key', aboutShop)],
  ])('has nothing that redocly recommends against, where %s are the door', async (_, document) => {
    const file = join(await temporaryFolder(), 'openapi.json');
    await writeFile(file, JSON.stringify(document));
    const { stdout } = await promisify(execFile)(process.execPath, [redocly, 'lint', file, ...flags], {
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    }).catch((error: unknown) => error as { stdout: string });
    const { totals, problems } = JSON.parse(stdout) as { totals: object; problems: readonly object[] };
    expect(problems).toEqual([]);
    expect(totals).toMatchObject({ errors: 0, warnings: 0 });
  });
});

it('client/ has the types of the API: npm run docs writes them', async () => {
  const options = await resolveConfig('client/api.ts');
  expect(await readFile('client/api.ts', 'utf8')).toBe(
    await format(await clientTypes(), { ...options, parser: 'typescript' }),
  );
});
