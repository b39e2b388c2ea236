import { pageFileEndpoint } from '../../functions/api/pages.ts';
import { query, type EndpointTable } from '../../functions/http/endpoint.ts';
import { answerPage, ownOriginOnly } from '../../functions/pages/answerPage.ts';
import { createPageFiles } from '../../functions/pages/pageFiles.ts';
import type { ContextServices } from '../../functions/services.ts';

const files = createPageFiles(async () =>
  (await import('../../deployment/pages.ts')).bundlePages({ shop: 'examples/shop/page/main.tsx' }),
);

const page = {
  name: 'shop',
  title: 'Daybook: the shop',
  policy: { ...ownOriginOnly, 'require-trusted-types-for': "'script'" },
  withoutScripts:
    '<h1>The shop</h1><p>This page needs scripts. Without them, there are <a href="/api/orders">orders</a>.</p>',
};

/** The orders, and what each listener did for them. */
export const shopPage: EndpointTable<ContextServices> = {
  shop: query({
    get: '',
    access: 'anonymous',
    summary: 'The page of the shop',
    refuses: [],
    answers: { status: 200 },
    handle: (_services, { headers }) => answerPage(page, headers['if-none-match'], files),
  }),
  pageFile: pageFileEndpoint(files),
};
