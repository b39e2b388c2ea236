import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, type Reply, type SentHeaders } from '../support/e2eBank.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const app = appOfThisFile();

type Set = { readonly version: number; readonly position: string };

const setRate = (pair: string, rate: unknown, headers: SentHeaders = {}, source: unknown = 'ECB') =>
  app.bank.put(`/ops/fx/rates/${pair}`, { rate, source }, headers) as Promise<Reply<Set>>;

describe('a rate', () => {
  it('is set, and set again, under an id that follows from its pair', async () => {
    const first = await setRate('EUR-USD', '1.0842');
    expect(first).toMatchObject({ status: 200, body: { version: 1 } });
    const id = first.body.position.replace(/:1$/, '');
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(bodyOf(await setRate('EUR-USD', '1.0850'))).toEqual({ version: 2, position: `${id}:2` });
    const inverse = bodyOf(await setRate('USD-EUR', '0.92'));
    expect(inverse.version).toBe(1);
    expect(inverse.position).not.toContain(id);
  });

  it('is set once for each key, whatever happened since', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await setRate('EUR-JPY', '161.5', key);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    bodyOf(await setRate('EUR-JPY', '162'));
    const again = await setRate('EUR-JPY', '161.50', key);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expectProblem(await setRate('EUR-JPY', '161.6', key), 422, 'IdempotencyKeyReused');
    // A key belongs to one pair.
    expect(bodyOf(await setRate('JPY-EUR', '0.0062', key)).version).toBe(1);
    expect(bodyOf(await setRate('EUR-JPY', '163')).version).toBe(3);
  });

  it('is not set where its version is another one than the caller expects, or there is none', async () => {
    for (const etag of ['"1"', '*']) {
      const reply = await setRate('EUR-CHF', '0.94', { 'if-match': etag });
      expectProblem(reply, 412, 'VersionMismatch');
      expect(reply.headers.get('etag')).toBeNull();
    }
    bodyOf(await setRate('EUR-CHF', '0.94'));
    expect(bodyOf(await setRate('EUR-CHF', '0.95', { 'if-match': '"1"' })).version).toBe(2);
    const reply = await setRate('EUR-CHF', '0.96', { 'if-match': '"1"' });
    expectProblem(reply, 412, 'VersionMismatch');
    expect(reply.headers.get('etag')).toBe('"2"');
    expect(bodyOf(await setRate('EUR-CHF', '0.96', { 'if-match': '*' })).version).toBe(3);
  });

  it.each([
    ['EUR-EUR', '1', 'ECB', ['/path/pair']],
    ['EUR-XXX', '1', 'ECB', ['/path/pair']],
    ['eur-usd', '1', 'ECB', ['/path/pair']],
    ['EURUSD', '1', 'ECB', ['/path/pair']],
    ['EUR-USD-JPY', '1', 'ECB', ['/path/pair']],
    ['EUR%2FUSD', '1', 'ECB', ['/path/pair']],
    ['EUR-GBP', '0', 'ECB', ['/rate']],
    ['EUR-GBP', '-1', 'ECB', ['/rate']],
    ['EUR-GBP', '1e3', 'ECB', ['/rate']],
    ['EUR-GBP', 1.0842, 'ECB', ['/rate']],
    ['EUR-GBP', '0.0000000000001', 'ECB', ['/rate']],
    ['EUR-GBP', '1234567890123', 'ECB', ['/rate']],
    ['EUR-GBP', undefined, '', ['/rate', '/source']],
    ['EUR-GBP', '1', 'x'.repeat(141), ['/source']],
    ['EUR-GBP', '1', null, ['/source']],
    ['x', 'x', 1, ['/path/pair', '/rate', '/source']],
  ])('is refused: %s at %j by %j', async (pair, rate, source, pointers) => {
    const { errors } = expectProblem(await setRate(pair, rate, {}, source), 400, 'InvalidRequest');
    expect(errors?.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('has no other method, and needs a body of JSON', async () => {
    const path = '/api/ops/fx/rates/EUR-USD';
    for (const method of ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']) {
      const { status, headers } = await app.bank.request(path, { method });
      expect([method, status, headers.get('allow')]).toEqual([method, 405, 'PUT']);
    }
    const type = { 'content-type': 'text/plain' };
    expectProblem(await app.bank.request(path, { method: 'PUT' }), 415, 'UnsupportedMediaType');
    expectProblem(
      await app.bank.request(path, { method: 'PUT', headers: type, body: '{}' }),
      415,
      'UnsupportedMediaType',
    );
    expectProblem(await app.bank.put('/ops/fx/rates/EUR-GBP', { rate: '1', source: 'x', y: 1 }), 400, 'InvalidRequest');
    expectProblem(await app.bank.put('/ops/fx/rates/EUR-GBP?x=1', { rate: '1', source: 'x' }), 400, 'InvalidRequest');
  });
});
