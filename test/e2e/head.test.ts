import { connect } from 'node:net';
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { newAccount, type Reply } from '../support/e2eBank.ts';
import { call, operationsOf, type Operation, type Target } from '../support/e2eOperations.ts';

const app = appOfThisFile();
let reads: Operation[];
let target: Target;
beforeAll(async () => {
  const { id: accountId, customerId } = await newAccount(app.bank, '5');
  target = { accountId, customerId };
  await vi.waitFor(async () => expect((await app.bank.customer(customerId)).body.totals).toHaveLength(1), 20_000);
  reads = (await operationsOf(app.bank)).filter(({ method }) => method === 'GET');
});

const ofTheMoment = ['date', 'server-timing', 'traceparent'];
// The client that sends HEAD closes the connection.
const ofTheConnection = ['connection', 'keep-alive'];
const toldBy = ({ status, headers }: Reply) => ({
  status,
  headers: Object.fromEntries([...headers].filter(([name]) => ![...ofTheMoment, ...ofTheConnection].includes(name))),
  ofTheMoment: ofTheMoment.filter((name) => headers.has(name)),
});
const nobody = { customerId: randomUUID(), accountId: randomUUID() };

describe('HEAD', () => {
  it('has the status and the headers of GET on every route, and no body', async () => {
    expect(reads.length).toBeGreaterThan(10);
    for (const read of reads) {
      for (const of of [target, nobody]) {
        for (const variant of [{}, { query: '?no=1' }, { headers: { 'if-none-match': '*' } }]) {
          const get = await call(app.bank, read, of, variant);
          const head = await call(app.bank, { ...read, method: 'HEAD' }, of, variant);
          expect({ id: read.id, variant, text: head.text, ...toldBy(head) }).toEqual({
            id: read.id,
            variant,
            text: '',
            ...toldBy(get),
          });
        }
      }
    }
  });

  it.each(['/ops/projections/accounts/rebuild', `/accounts/${randomUUID()}/deposits`])(
    'is 405 where GET is, too: %s',
    async (path) => {
      const reply = await app.bank.request(`/api${path}`, { method: 'HEAD' });
      expect([reply.status, reply.text, reply.headers.get('allow')]).toEqual([405, '', 'POST']);
    },
  );

  it('leaves nothing of a body on the connection', async () => {
    const path = `/api/accounts/${target.accountId}`;
    const answer = await new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(app.bank.origin);
      const socket = connect(Number(port), hostname, () => {
        socket.write(`HEAD ${path} HTTP/1.1\r\nhost: localhost:${port}\r\n\r\n`);
        socket.write(`HEAD ${path} HTTP/1.1\r\nhost: localhost:${port}\r\nconnection: close\r\n\r\n`);
      });
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('error', reject);
      socket.on('close', () => resolve(text));
    });
    const [first = '', second = '', ...rest] = answer.split('\r\n\r\n');
    expect(first).toMatch(/^HTTP\/1\.1 200 .*content-length: [1-9]/is);
    expect(second).toMatch(/^HTTP\/1\.1 200 .*content-length: [1-9]/is);
    expect(rest).toEqual(['']);
  });
});
