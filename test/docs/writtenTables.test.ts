import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { costTables } from '../../docs/costTables.ts';
import { rolesTable } from '../../docs/rolesTable.ts';
import { withTables } from '../../docs/writtenTables.ts';

it.each([
  ['docs/doors.md', 'the roles that the endpoints admit', () => [rolesTable()]],
  ['docs/deploy.md', 'the costs that the model computes', costTables],
])('%s has %s: npm run docs writes them', async (path, _, tables) => {
  const text = await readFile(path, 'utf8');
  expect(text).toBe(withTables(text, tables()));
});
