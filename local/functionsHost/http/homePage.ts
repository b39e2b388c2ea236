import type { ServerResponse } from 'node:http';
import type { Settings } from '../settings.ts';

/** Answers any request for `/` that no function takes. */
export type HomePage = (response: ServerResponse) => void;

const page = Buffer.from(`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>The function app is running</title>
  </head>
  <body>
    <h1>The function app is running</h1>
    <p>No function answers at this address, so the Functions host does.
    The app setting AzureWebJobsDisableHomepage switches this page off.</p>
  </body>
</html>
`);

/** The host's own page, as in Azure; where the setting `AzureWebJobsDisableHomepage` is `true`, an empty 204. */
export const createHomePage = (settings: Settings): HomePage => {
  const disabled = settings.AzureWebJobsDisableHomepage?.toLowerCase() === 'true';
  return (response) => {
    if (disabled) {
      response.writeHead(204).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': page.length });
    response.end(page);
  };
};
