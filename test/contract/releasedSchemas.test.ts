import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { presentSchemas, releasedPath, withNewSchemas } from '../../docs/releasedSchemas.ts';

// Stores and those who listen have events of these schemas: a new shape is a new schema version, with an upcaster.
const released = JSON.parse(await readFile(releasedPath, 'utf8')) as Record<string, unknown>;
const present = presentSchemas();

it.each(Object.entries(released))('%s is as it was released', (name, schema) => expect(present[name]).toEqual(schema));

it('every schema counts as released: npm run docs adds new ones', () =>
  expect(Object.keys(released).sort()).toEqual(Object.keys(present).sort()));

it('what was released stays when new schemas are added', () =>
  expect(withNewSchemas({ 'Old 1': { type: 'null' } }, { 'Old 1': { type: 'string' }, 'Old 2': {} })).toEqual({
    'Old 1': { type: 'null' },
    'Old 2': {},
  }));
