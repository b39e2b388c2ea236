import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };

const step = z.object({ uses: z.string().optional(), run: z.string().optional() });
const permissions = z.record(z.string(), z.string());
const workflow = z.object({
  name: z.string(),
  permissions,
  jobs: z.record(
    z.string(),
    z.object({ 'timeout-minutes': z.int(), permissions: permissions.optional(), steps: z.array(step) }),
  ),
});
const folder = '.github/workflows';

describe.each(readdirSync(folder))('workflow %s', (name) => {
  const { permissions, jobs } = workflow.parse(parse(readFileSync(`${folder}/${name}`, 'utf8')));
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it('may only read the repository, unless a job says more', () => expect(permissions).toEqual({ contents: 'read' }));

  it('pins every action to a whole version', () => {
    const uses = steps.flatMap(({ uses }) => uses ?? []);
    expect(uses.filter((action) => !/@v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  it('runs scripts that the project has', () => {
    const scripts = steps.flatMap(({ run }) =>
      [...(run ?? '').matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script),
    );
    expect(scripts.filter((script) => script !== undefined && !(script in packageJson.scripts))).toEqual([]);
  });

  it('reads no secret: Azure takes the token of the run', () =>
    expect(readFileSync(`${folder}/${name}`, 'utf8')).not.toContain('secrets.'));
});

it('azure.yaml deploys the template with the parameters of development', () =>
  expect(parse(readFileSync('azure.yaml', 'utf8'))).toMatchObject({
    infra: { provider: 'bicep', path: 'infra', module: 'dev' },
    services: { api: { host: 'function' } },
  }));

it('dependencies and actions are kept up to date', () =>
  expect(parse(readFileSync('.github/dependabot.yml', 'utf8'))).toMatchObject({
    version: 2,
    updates: [{ 'package-ecosystem': 'npm' }, { 'package-ecosystem': 'github-actions' }],
  }));
