import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../local/faults/faultRules.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { allEvents, bodyOf, newAccount, newEmail, type Reply } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';

const app = appOfThisFile();

type Step = { readonly service: 'cosmosFaults' | 'serviceBusFaults'; readonly rule: FaultRule };
/** The step is never answered: whether it took effect or not, the command is stuck in it. */
const stuck = (service: Step['service'], operation: string, target: string, when: 'before' | 'after'): Step => ({
  service,
  rule: { on: { operation, target }, fault: { kind: 'timeout', when } },
});

/** Kills the app, services and all, while a command is stuck in a step, and starts it again. */
const killWithin = async ({ service, rule }: Step, command: () => Promise<Reply>): Promise<void> => {
  await app[service].inject(rule);
  const answer = command().catch(() => undefined);
  await eventually(async () => (await app[service].hits())[0]).toBe(1);
  await app.kill();
  await answer;
  await app.restart();
};

describe('creating a customer, killed', () => {
  it.each([
    ['before the claim', stuck('cosmosFaults', 'create', 'customer-emails', 'before')],
    ['after the claim', stuck('cosmosFaults', 'create', 'customer-emails', 'after')],
    ['before the append', stuck('cosmosFaults', 'bulk', 'events', 'before')],
    ['after the append', stuck('cosmosFaults', 'bulk', 'events', 'after')],
    ['during the send', stuck('serviceBusFaults', 'send', 'bank-events', 'before')],
    ['after the send', stuck('serviceBusFaults', 'send', 'bank-events', 'after')],
  ])('%s, is done once by a retry', async (_, step) => {
    const email = newEmail();
    const headers = { 'idempotency-key': randomUUID() };
    const create = () => app.bank.createCustomer({ email }, headers);
    await killWithin(step, create);

    const { id } = bodyOf(await create());
    expect(bodyOf(await create()).id).toBe(id);
    expect((await app.bank.createCustomer({ email })).status).toBe(409);
    expect(bodyOf(await app.bank.get(`/customers/${id}/events`))).toMatchObject({ items: [{ version: 1 }] });
    await eventually(async () => bodyOf(await app.bank.customers({ email })).items).toMatchObject([{ id }]);
  });
});

describe("changing a customer's address, killed", () => {
  it.each([
    ['before the claim', stuck('cosmosFaults', 'create', 'customer-emails', 'before')],
    ['after the claim', stuck('cosmosFaults', 'create', 'customer-emails', 'after')],
    ['before the append', stuck('cosmosFaults', 'bulk', 'events', 'before')],
    ['after the append', stuck('cosmosFaults', 'bulk', 'events', 'after')],
    ['before the release', stuck('cosmosFaults', 'delete', 'customer-emails', 'before')],
    ['after the release', stuck('cosmosFaults', 'delete', 'customer-emails', 'after')],
  ])('%s, is done once by a retry, and frees the former address', async (_, step) => {
    const [former, email] = [newEmail(), newEmail()];
    const { id } = bodyOf(await app.bank.createCustomer({ email: former }));
    const headers = { 'idempotency-key': randomUUID() };
    const change = () => app.bank.changeEmail(id, email, headers);
    await killWithin(step, change);

    expect(bodyOf(await change()).version).toBe(2);
    expect(bodyOf(await app.bank.customer(id, { atLeast: 2 }))).toMatchObject({ email, version: 2 });
    // Where nobody could release it any more, whoever wants it waits for the lease.
    await eventually(async () => (await app.bank.createCustomer({ email: former })).status).toBe(201);
    expect((await app.bank.createCustomer({ email })).status).toBe(409);
  });
});

describe('moving money, killed', () => {
  it.each([
    ['before the append', stuck('cosmosFaults', 'bulk', 'events', 'before'), 2],
    ['after the append', stuck('cosmosFaults', 'bulk', 'events', 'after'), 3],
    ['during the send', stuck('serviceBusFaults', 'send', 'bank-events', 'before'), 3],
    ['after the send', stuck('serviceBusFaults', 'send', 'bank-events', 'after'), 3],
  ])('%s, is done once by a retry', async (_, step, versionAfterKill) => {
    const { id } = await newAccount(app.bank, '10');
    await viewHas(app.bank, id, 2);
    const headers = { 'idempotency-key': randomUUID() };
    const withdraw = () => app.bank.withdraw(id, '10', {}, headers);
    await killWithin(step, withdraw);
    expect(await allEvents(app.bank, id)).toHaveLength(versionAfterKill);

    expect(bodyOf(await withdraw())).toMatchObject({ version: 3, balance: { amount: '0.00' } });
    expect((await withdraw()).headers.get('idempotency-replayed')).toBe('true');
    expect(await allEvents(app.bank, id)).toHaveLength(3);
    await viewHas(app.bank, id, 3);
  });
});
