import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { startApp, type App } from '../support/e2eApp.ts';
import { bodyOf, newAccount } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';
import { certificate } from '../support/managedIdentity.ts';

type Envelope = {
  readonly iKey: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly data: {
    readonly baseType: string;
    readonly baseData: { readonly name?: string; readonly id?: string; readonly metrics?: { readonly name: string }[] };
  };
};

const instrumentationKey = '8a1f5c1e-4b0e-4d3c-9a35-7a2c1f2b6d10';
const pem = await readFile(certificate);
const envelopes: Envelope[] = [];
const ingestion = createServer({ key: pem, cert: pem }, (request, response) => {
  void buffer(request).then((body) => {
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
    const items = JSON.parse(text) as Envelope[];
    envelopes.push(...items);
    const answer = { itemsReceived: items.length, itemsAccepted: items.length, errors: [] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
});

let app: App;
beforeAll(async () => {
  ingestion.listen(0, '127.0.0.1');
  await once(ingestion, 'listening');
  const { port } = ingestion.address() as AddressInfo;
  app = await startApp(await temporaryFolder(), {
    env: {
      APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${instrumentationKey};IngestionEndpoint=https://127.0.0.1:${port}/`,
      NODE_EXTRA_CA_CERTS: certificate,
      APPLICATION_INSIGHTS_NO_STATSBEAT: 'true',
    },
  });
});
afterAll(() => ingestion.close().closeAllConnections());

it('Application Insights has the trace of a command, and the metrics, at the latest when the app ends', async () => {
  const { id, customerId } = await newAccount(app.bank, '10');
  // All three views have come as far: what they did is over.
  await viewHas(app.bank, id, 2);
  await eventually(async () => (await app.bank.customer(customerId)).body.accounts).toMatchObject([{ id, version: 2 }]);
  await eventually(async () => (await app.bank.transactions(id)).body.items).toHaveLength(1);
  const traceparent = bodyOf(await app.bank.events(id)).items[0]?.traceparent ?? '';
  await app.stop();
  const inTrace = envelopes.filter(({ tags }) => tags['ai.operation.id'] === traceparent.slice(3, 35));
  expect(inTrace.map(({ data }) => data.baseData.name)).toEqual(
    expect.arrayContaining(['append account', 'hear views']),
  );
  const metrics = envelopes.flatMap(({ data }) => data.baseData.metrics?.map(({ name }) => name) ?? []);
  expect(metrics).toEqual(
    expect.arrayContaining(['daybook.commands', 'daybook.cosmos.request_units', 'daybook.listener.lag']),
  );
  expect(new Set(envelopes.map(({ iKey }) => iKey))).toEqual(new Set([instrumentationKey]));
});
