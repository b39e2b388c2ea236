import { z } from 'zod';
import { endpoint, query, type EndpointTable } from '../http/endpoint.ts';
import { answerPage, ownOriginOnly, type Page } from '../pages/answerPage.ts';
import { answerPageFile } from '../pages/answerPageFile.ts';
import { filesOfPage, type PageFiles } from '../pages/pageFiles.ts';
import type { ContextServices } from '../services.ts';
import { answerConsole } from '../pages/consolePage.ts';

/** The API as a page. */
export const docsEndpoints: EndpointTable = {
  docs: query({
    get: 'docs',
    access: 'anonymous',
    summary: 'This API as a page, where requests can be tried',
    refuses: [],
    answers: { status: 200, files: { 'text/html': 'For browsers' } },
    handle: (_services, { headers }) => answerPage(docsPage, headers['if-none-match']),
  }),
};

const docsPage = {
  name: 'apiDocs',
  title: 'Daybook: the API',
  policy: ownOriginOnly,
  withoutScripts: '<p>This page needs scripts. The document itself is <a href="/api/openapi.json">here</a>.</p>',
};

/** Serves what pages load; those of the bank where nobody says otherwise. */
const pageFileEndpoint = (files?: PageFiles): EndpointTable<ContextServices>[string] =>
  endpoint({
    get: 'assets/{file}',
    access: 'anonymous',
    summary: 'A script or a style of a page',
    params: z.object({ file: z.string() }),
    headers: z.object({ 'if-none-match': z.string().optional(), 'accept-encoding': z.string().optional() }),
    refuses: ['NotFound'],
    answers: { status: 200 },
    handle: (_services, { params, headers }) => answerPageFile(params.file, headers, files),
  });

/** The page of another context, and what it loads: outside of the API, too. */
export const pageOfContext = ({
  script,
  ...page
}: Pick<Page, 'name' | 'title' | 'withoutScripts'> & { readonly script: string }): EndpointTable<ContextServices> => {
  const files = filesOfPage(page.name, script);
  const policy = { ...ownOriginOnly, 'require-trusted-types-for': "'script'" };
  return {
    page: query({
      get: '',
      access: 'anonymous',
      summary: page.title,
      refuses: [],
      answers: { status: 200 },
      handle: (_services, { headers }) => answerPage({ ...page, policy }, headers['if-none-match'], files),
    }),
    pageFile: pageFileEndpoint(files),
  };
};

/** Outside of the API. */
export const pageEndpoints: EndpointTable = {
  console: query({
    get: '',
    access: 'anonymous',
    summary: 'The console',
    // Whoever has signed in comes back with what the issuer says.
    query: z.looseObject({}),
    refuses: ['NotFound'],
    answers: { status: 200 },
    handle: (services, { headers }) => answerConsole(services, headers['if-none-match']),
  }),
  pageFile: pageFileEndpoint(),
};
