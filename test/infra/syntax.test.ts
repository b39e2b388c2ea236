import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { declarationsOf, parseBicep, syntaxErrors } from './bicepSyntax.ts';

const files = readdirSync('infra', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.bicep(param)?$/.test(name))
  .map((name) => `infra/${name}`);

it('there is a template, and parameters for development and production', () =>
  expect(files).toEqual(
    expect.arrayContaining(['infra/main.bicep', 'infra/dev.bicepparam', 'infra/production.bicepparam']),
  ));

it.each(files)('%s has no syntax error', (file) => expect(syntaxErrors(parseBicep(file))).toEqual([]));

it.each(files.filter((file) => file.endsWith('.bicep')))('%s describes every parameter and output', (file) => {
  const described = declarationsOf(parseBicep(file)).filter(({ kind }) => kind === 'param' || kind === 'output');
  expect(described.filter(({ description }) => !description).map(({ name }) => name)).toEqual([]);
});
