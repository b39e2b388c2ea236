import { expect, it } from 'vitest';
import { answerPage, ownOriginOnly } from '../../../functions/pages/answerPage.ts';

const ask = (policy: Readonly<Record<string, string>>, ifNoneMatch?: string) =>
  answerPage({ name: 'page', title: 'Page', policy, withoutScripts: '' }, ifNoneMatch, () => Promise.resolve([]));

it('a page whose policy has changed is another page, also where its text is the same', async () => {
  const { headers = {} } = await ask(ownOriginOnly);
  const former = headers.etag;
  expect((await ask(ownOriginOnly, former)).status).toBe(304);
  const other = await ask({ ...ownOriginOnly, 'connect-src': "'self' https://issuer.example" }, former);
  expect(other.status).toBe(200);
  expect(other.headers?.etag).not.toBe(former);
});
