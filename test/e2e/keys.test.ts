import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostScript, follow } from '../local/launcher/runStart.ts';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { appEntry } from '../support/appEntry.ts';
import { appOfThisFile, type Instance } from '../support/e2eApp.ts';
import { bodyOf, newAccount } from '../support/e2eBank.ts';
import { call, operationsOf, type Operation } from '../support/e2eOperations.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const app = appOfThisFile();
let instance: Instance;
let operations: Operation[];
let target: { accountId: string; customerId: string };
beforeAll(async () => {
  const keys = join(await temporaryFolder(), 'keys.json');
  const content = {
    master: 'master',
    host: { default: 'host', other: 'other', patient: 'patient' },
    functions: { depositMoney: { default: 'd' } },
  };
  await writeFile(keys, JSON.stringify(content));
  instance = await app.startInstance({ keys, env: { RATE_LIMIT_PER_MINUTE: '100' } });
  operations = await operationsOf(instance.bank);
  const { id: accountId, customerId } = await newAccount(app.bank, '1000');
  target = { accountId, customerId };
});
afterAll(() => instance.stop());

const isOpen = ({ security }: Operation) => security.length === 0;
/** Where auditors may look, too, a key of the host is enough. */
const ofAuditorsToo = ['/api/ops/invariants', '/api/ops/activity', '/api/ops/flow/{correlationId}'];
const isOfOperators = ({ path }: Operation) => path.startsWith('/api/ops/') && !ofAuditorsToo.includes(path);
/** Which operations a key opens; the host answers 401 to those that it does not. */
const openedBy = async (key?: string): Promise<string[]> => {
  const bank = instance.bankWith(key === undefined ? {} : { 'x-functions-key': key });
  const opened: string[] = [];
  for (const operation of operations) {
    const { status, text } = await call(bank, operation, target);
    if (status === 401) expect([operation.id, text]).toEqual([operation.id, '']);
    else opened.push(operation.id);
  }
  return opened;
};
const idsOf = (which: (operation: Operation) => boolean) => operations.filter(which).map(({ id }) => id);

describe('where keys are the door', () => {
  it('nobody comes in without one, but to what is open to all', async () => {
    expect(await openedBy()).toEqual(['health', 'openApi', 'asyncApi', 'docs']);
    expect(await openedBy('wrong')).toEqual(['health', 'openApi', 'asyncApi', 'docs']);
    expect(idsOf(isOpen)).toEqual(['health', 'openApi', 'asyncApi', 'docs']);
  });

  it('a key of the host opens all but operations', async () =>
    expect(await openedBy('host')).toEqual(idsOf((operation) => !isOfOperators(operation))));

  it('a key of a function opens that function', async () =>
    expect(await openedBy('d')).toEqual(idsOf((operation) => isOpen(operation) || operation.id === 'depositMoney')));

  it('the master key opens all', async () => expect(await openedBy('master')).toEqual(idsOf(() => true)));

  it('a key in the query is as good, and is no business of the operation', async () => {
    expect((await instance.bank.customers({ code: 'other' })).status).toBe(200);
    expect((await instance.bank.customers({ code: 'wrong' })).status).toBe(401);
  });

  it('the document says so', () => {
    for (const operation of operations.filter((each) => !isOpen(each))) {
      expect(operation).toMatchObject({ security: [{ key: [] }] });
      expect(operation.statuses).toEqual(expect.arrayContaining(['401', '429']));
    }
  });

  it('a token opens nothing', async () =>
    expect((await instance.bankWith({ authorization: 'Bearer x' }).customers()).status).toBe(401));

  it('all who have one are the same caller to audit trail and idempotency keys', async () => {
    const deposit = (key: string) =>
      instance
        .bankWith({ 'x-functions-key': key })
        .deposit(target.accountId, '1', {}, { 'idempotency-key': 'the-same' });
    expect(bodyOf(await deposit('host'))).toEqual(bodyOf(await deposit('other')));
    const { items } = bodyOf(await app.bank.events(target.accountId, { limit: 200 }));
    // The other instance asks nobody for a key.
    expect(new Set(items.map(({ actor }) => actor))).toEqual(new Set(['anonymous', 'key']));
  });

  it('the limit counts the requests of each', async () => {
    const customers = (code: string) => instance.bank.customers({ code });
    let last = await customers('other');
    for (let sent = 0; sent < 110 && last.status === 200; sent += 1) last = await customers('other');
    expectProblem(last, 429, 'RateLimited');
    expect((await customers('host')).status).toBe(200);
  });

  it('the limit counts one that waits by what it costs', async () => {
    const { accountId } = target;
    const wait = () => instance.bank.account(accountId, { code: 'patient', atLeast: `${accountId}:9999` });
    const waits = await Promise.all(Array.from({ length: 30 }, wait));
    for (const reply of waits) expectProblem(reply, 409, 'VersionNotReached');
    expectProblem(await wait(), 429, 'RateLimited');
  });
});

describe('a start', () => {
  it.each([
    ['AUTH_ISSUER', 'https://login.example', 'AUTH_AUDIENCE is missing'],
    ['AUTH_AUDIENCE', 'api://bank', 'AUTH_ISSUER is missing'],
  ])('is refused with %s alone', async (name, value, problem) => {
    const started = follow(process.execPath, [hostScript, '--app', appEntry, '--port', '0'], {
      env: { [name]: value },
    });
    expect((await started.gone).code).toBe(1);
    expect(started.out() + started.errors()).toContain(problem);
  });
});
