import { readFile, writeFile } from 'node:fs/promises';
import { asyncApiDocument } from './asyncApiDocument.ts';
import { withRolesTable } from './rolesTable.ts';

await writeFile('docs/asyncapi.json', `${JSON.stringify(asyncApiDocument(), null, 2)}\n`);
await writeFile('docs/doors.md', withRolesTable(await readFile('docs/doors.md', 'utf8')));
