import { pageOfContext } from '../../functions/api/pages.ts';

/** The orders, and what each listener did for them. */
export const shopPage = pageOfContext({
  name: 'shop',
  title: 'Daybook: the shop',
  script: 'examples/shop/page/main.tsx',
  withoutScripts:
    '<h1>The shop</h1><p>This page needs scripts. Without them, there are <a href="/api/orders">orders</a>.</p>',
});
