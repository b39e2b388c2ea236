import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readParameters } from './bicepDeployment.ts';
import { declarationsOf, parseBicep } from './bicepSyntax.ts';

/** The cells of each row of its tables. */
const rows = readFileSync('docs/deploy.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('docs/deploy.md', () => {
  const parameters = declarationsOf(parseBicep('infra/main.bicep')).filter(({ kind }) => kind === 'param');

  it('describes exactly the parameters of the template', () => {
    const described = rows.flatMap(([name]) => /^`(\w+)`$/.exec(name ?? '')?.[1] ?? []);
    expect(described.sort()).toEqual(parameters.map(({ name }) => name).sort());
  });

  it.each([
    ['dev', 2],
    ['production', 3],
  ])('says which of them %s sets', (environment, column) => {
    const given = rows.filter(([name, ...cells]) => name?.startsWith('`') && cells[column - 1] !== '');
    const set = Object.entries(readParameters(`infra/${environment}.bicepparam`)).filter(([, value]) => value !== '');
    expect(given.map(([name]) => name).sort()).toEqual(set.map(([name]) => `\`${name}\``).sort());
  });
});
