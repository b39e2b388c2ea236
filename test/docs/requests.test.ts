import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { endpoints } from '../../functions/api/endpoints.ts';

const text = await readFile('requests.http', 'utf8');
const requests = [...text.matchAll(/^(GET|POST|PUT|DELETE) \{\{api\}\}\/([^\s?]+)(?:.*\n(?:\S.*\n)*\n(\{.*\}))?/gm)];

it.each(requests.map(([, method, path, body]) => ({ method, path, body })))(
  'requests.http: $method /$path is a request of the API',
  ({ method, path = '', body }) => {
    const found = endpoints.find(
      (endpoint) =>
        endpoint.method === method && new RegExp(`^${endpoint.route.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
    );
    expect(found).toBeDefined();
    const given = body?.replace(/\{\{(customer|savings)\}\}/, crypto.randomUUID());
    expect(found?.body?.safeParse(JSON.parse(given ?? '{}')).success ?? given === undefined).toBe(true);
  },
);

it('the README says the same', async () => {
  const readme = await readFile('README.md', 'utf8');
  for (const id of text.matchAll(/^@\w+ = ([0-9a-f-]{36})$/gm)) expect(readme).toContain(id[1]);
});
