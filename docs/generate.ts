import { writeFile } from 'node:fs/promises';
import { asyncApiDocument } from './asyncApiDocument.ts';

await writeFile('docs/asyncapi.json', `${JSON.stringify(asyncApiDocument(), null, 2)}\n`);
