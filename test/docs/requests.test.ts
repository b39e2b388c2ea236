import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { endpoints } from '../../functions/api/endpoints.ts';

const text = await readFile('requests.http', 'utf8');
const requests = [
  ...text.matchAll(/^(GET|POST|PUT|PATCH|DELETE) \{\{api\}\}\/([^\s?]+)(?:.*\n(?:\S.*\n)*\n(\{.*\}))?/gm),
];

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

it('the README and the page about webhooks say the same', async () => {
  const pages = (await Promise.all(['README.md', 'docs/webhooks.md'].map((file) => readFile(file, 'utf8')))).join('\n');
  for (const id of text.matchAll(/^@\w+ = ([0-9a-f-]{36})$/gm)) expect(pages).toContain(id[1]);
});
