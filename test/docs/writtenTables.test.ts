import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { withRolesTable } from '../../docs/rolesTable.ts';

it('docs/doors.md has the roles that the endpoints admit: npm run docs writes them', async () => {
  const text = await readFile('docs/doors.md', 'utf8');
  expect(text).toBe(withRolesTable(text));
});
