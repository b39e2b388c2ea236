import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, beforeAll } from 'vitest';
import { views } from '../../projections/registry.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { allPages, bodyOf, newAccount, times } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';
import { ended, readUntilStopped, showsFold, startRebuild, writeUntilStopped } from '../support/e2eRebuild.ts';

const app = appOfThisFile();
let ids: string[];
beforeAll(async () => {
  ids = (await times(20, () => newAccount(app.bank, '5'))).map(({ id }) => id);
});

const names = ['accounts', 'customers', 'transactions'];

describe('a rebuild', () => {
  it('goes on while writers write and readers read, and nobody sees less than before', async () => {
    const writers = [writeUntilStopped(app.bank, ids.slice(0, 10)), writeUntilStopped(app.bank, ids.slice(5, 15))];
    const readers = [readUntilStopped(app.bank, ids), readUntilStopped(app.bank, ids.slice(0, 6))];
    const operations = await Promise.all(names.map((name) => startRebuild(app.bank, name)));
    const { id: born } = await newAccount(app.bank, '3');
    for (const operationId of operations) {
      const operation = await ended(app.bank, operationId);
      expect(operation).toMatchObject({ status: 'succeeded' });
      expect(operation.done).toBe(operation.total);
    }
    await Promise.all(writers.map((writer) => writer.stop()));
    for (const reader of readers) expect(await reader.stop()).toBeGreaterThan(5);
    for (const id of [...ids, born]) await showsFold(app.bank, id);
    const listed = await allPages((query) => app.bank.customers(query));
    expect(listed).toHaveLength(21);
    expect(listed.every(({ accounts }) => accounts === 1)).toBe(true);
  });

  it('makes cursors of the generation before expire', async () => {
    const { nextCursor = '' } = bodyOf(await app.bank.customers({ limit: 1 }));
    expect((await app.bank.customers({ limit: 1, cursor: nextCursor })).status).toBe(200);
    expect(await ended(app.bank, await startRebuild(app.bank, 'customers'))).toMatchObject({ status: 'succeeded' });
    const reply = await app.bank.customers({ limit: 1, cursor: nextCursor });
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('CursorExpired')]);
  });

  it('can be flipped back, with all that came since', async () => {
    const [id = ''] = ids;
    bodyOf(await app.bank.deposit(id, '1'));
    const operationId = await startRebuild(app.bank, 'customers', 'flip-back');
    expect(await ended(app.bank, operationId)).toMatchObject({ status: 'succeeded' });
    await showsFold(app.bank, id);
    expect(await allPages((query) => app.bank.customers(query))).toHaveLength(21);
  });

  it('can be asked for on the command line, which shows how far it is', async () => {
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['cli/rebuild.ts', 'transactions', '--url', app.origin]);
    expect(stdout).toMatch(/^transactions: operation [0-9a-f-]{36}\n/);
    expect(stdout).toMatch(/100 % {2}\d+ of \d+ events, \d+\/s\n$/);
    const nothing = run(process.execPath, ['cli/rebuild.ts', 'nothing', '--url', app.origin]);
    await expect(nothing).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('404') as string });
  });

  it('shows among the projections, with the one before', async () => {
    const items = async () => {
      const { body } = await app.bank.get('/ops/projections');
      return (body as { items: { name: string; generations: { state: string; rows: number }[] }[] }).items;
    };
    expect((await items()).map(({ name }) => name)).toEqual(views.map(({ name }) => name));
    const named = async () => (await items()).find(({ name }) => name === 'transactions');
    // It shows what the reconciler found, which runs every 30 seconds.
    await eventually(named, 40_000).toMatchObject({ eventsBehind: 0, parked: 0 });
    const transactions = await named();
    const rowsIn = (wanted: string) => transactions?.generations.find(({ state }) => state === wanted)?.rows;
    expect([rowsIn('live'), rowsIn('retired')]).toEqual([21, 21]);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded'])(
    'is not begun by what a form of a web page could send: a POST of the type %s',
    async (type) => {
      const path = '/api/ops/projections/accounts/rebuild';
      const reply = await app.bank.request(path, { method: 'POST', headers: { 'content-type': type } });
      expectProblem(reply, 415, 'UnsupportedMediaType', path);
    },
  );

  it('of what is not there is not there, and a flip back to nothing is refused', async () => {
    const post = (path: string) =>
      app.bank.request(`/api/ops/projections/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
    expect((await post('nothing/rebuild')).status).toBe(404);
    expect((await post('nothing/flip-back')).status).toBe(404);
    expect((await post('accounts/rebuild?requestUnitsPerSecond=0')).status).toBe(400);
    const reply = await post('dailyTotals/flip-back');
    expect([reply.status, reply.text]).toEqual([409, expect.stringContaining('NothingToFlipBackTo')]);
  });
});
