import { readFile, writeFile } from 'node:fs/promises';
import { asyncApiDocument } from './asyncApiDocument.ts';
import { costTables } from './costTables.ts';
import { rolesTable } from './rolesTable.ts';
import { withTables } from './writtenTables.ts';

const writeTables = async (path: string, tables: readonly string[]): Promise<void> =>
  writeFile(path, withTables(await readFile(path, 'utf8'), tables));

await writeFile('docs/asyncapi.json', `${JSON.stringify(asyncApiDocument(), null, 2)}\n`);
await writeTables('docs/doors.md', [rolesTable()]);
await writeTables('docs/deploy.md', costTables());
