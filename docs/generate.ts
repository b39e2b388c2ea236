import { readFile, writeFile } from 'node:fs/promises';
import { asyncApiDocument } from '../functions/api/asyncApiDocument.ts';
import { clientTypes } from './clientTypes.ts';
import { costTables } from './costTables.ts';
import { presentSchemas, releasedPath, withNewSchemas } from './releasedSchemas.ts';
import { rolesTable } from './rolesTable.ts';
import { withTables } from './writtenTables.ts';

const writeTables = async (path: string, tables: readonly string[]): Promise<void> =>
  writeFile(path, withTables(await readFile(path, 'utf8'), tables));

await writeFile('docs/asyncapi.json', `${JSON.stringify(asyncApiDocument(), null, 2)}\n`);
await writeFile('client/api.ts', await clientTypes());
const released = JSON.parse(await readFile(releasedPath, 'utf8')) as Record<string, unknown>;
await writeFile(releasedPath, JSON.stringify(withNewSchemas(released, presentSchemas())));
await writeTables('docs/doors.md', [rolesTable()]);
await writeTables('docs/deploy.md', costTables());
