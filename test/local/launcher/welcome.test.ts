import { expect, it } from 'vitest';
import { welcome } from '../../../local/launcher/welcome.ts';

it.each([
  ['Console', { CONSOLE: 'true' }],
  ['App', { CONSOLE: 'false' }],
  ['App', {}],
])('what people open is called %s with %j', (name, settings) => {
  const text = welcome({ port: 7071, functions: [] }, [['Data', '.daybook']], settings);
  expect(text.split('\n')).toContain(`  ${name.padEnd(11)}  http://localhost:7071`);
});
