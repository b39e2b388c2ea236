import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { deposited, opened } from '../support/bank.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { allEvents, bodyOf, newAccount, newCustomer, type AuditedEvent } from '../support/e2eBank.ts';
import { appendPast } from '../support/e2ePast.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const app = appOfThisFile();

let id: string;
let customerId: string;
let events: AuditedEvent[];

const eur = (amount: string) => ({ amount, currency: 'EUR' });
/** After each of its four events. */
const balances = ['0.00', '5.00', '7.00', '4.00'];

beforeAll(async () => {
  ({ id, customerId } = await newAccount(app.bank, '5'));
  bodyOf(await app.bank.deposit(id, '2'));
  bodyOf(await app.bank.withdraw(id, '3'));
  events = await allEvents(app.bank, id);
});

const plus = (instant: string, milliseconds: number) => new Date(Date.parse(instant) + milliseconds).toISOString();

it('an account is shown at the instant of its newest event, also to an instance whose clock is behind it', async () => {
  const ahead = plus(new Date().toISOString(), 60_000);
  const past = await appendPast(app.database, [
    ['2026-01-31T22:00:00.000Z', opened(customerId)],
    [ahead, deposited(10_00, 10_00, customerId)],
  ]);
  const found = await app.bank.account(past.id, { at: ahead });
  expect(bodyOf(found)).toMatchObject({ version: 2, balance: eur('10.00'), updatedAt: ahead });
  for (const [asked, at] of [
    [past.id, plus(ahead, 1)],
    [id, ahead],
    [randomUUID(), ahead],
  ] as const) {
    const refused = expectProblem(await app.bank.account(asked, { at }), 400, 'InvalidRequest');
    expect(refused.errors).toEqual([{ pointer: '/query/at', message: 'must not be in the future' }]);
  }
});

describe('an account at a version', () => {
  it('is as it was then, from the event store', async () => {
    for (const [index, balance] of balances.entries()) {
      const reply = await app.bank.account(id, { version: index + 1 });
      expect(bodyOf(reply)).toEqual({
        id,
        customerId,
        customerName: 'Ada Lovelace',
        currency: 'EUR',
        balance: eur(balance),
        status: 'open',
        held: eur('0.00'),
        available: eur(balance),
        inTransit: eur('0.00'),
        version: index + 1,
        openedAt: events[0]?.occurredAt,
        updatedAt: events[index]?.occurredAt,
      });
      expect(reply.headers.get('daybook-source')).toBe('events');
    }
  });

  it('is the account as it is, at the last version', async () => {
    const past = await app.bank.account(id, { version: 4 });
    expect(bodyOf(past)).toEqual(bodyOf(await app.bank.account(id, { atLeast: 4 })));
    expect(
      await app.bank.account(id, { version: 4 }, { 'if-none-match': past.headers.get('etag') ?? '' }),
    ).toMatchObject({
      status: 304,
    });
  });

  it.each(['5', '999999999999999'])('is 404 where that is not there yet: %s', async (version) => {
    expectProblem(await app.bank.account(id, { version }), 404, 'NotFound', `/api/accounts/${id}`);
  });

  it.each(['0', '-1', '01', '1.5', 'x', '', ' 1', '9999999999999999'])(
    'is 400 where that is none: "%s"',
    async (version) => {
      const { errors } = expectProblem(await app.bank.account(id, { version }), 400, 'InvalidRequest');
      expect(errors).toMatchObject([{ pointer: '/query/version' }]);
    },
  );
});

describe('an account at an instant', () => {
  it('has all events that are not later', async () => {
    for (const { occurredAt } of events) {
      const last = events.findLast((event) => event.occurredAt <= occurredAt);
      const expected = { version: last?.version, balance: { amount: balances[(last?.version ?? 0) - 1] } };
      expect(bodyOf(await app.bank.account(id, { at: occurredAt }))).toMatchObject(expected);
      const elsewhere = plus(occurredAt, 2 * 3_600_000).replace('Z', '+02:00');
      expect(bodyOf(await app.bank.account(id, { at: elsewhere }))).toMatchObject(expected);
    }
  });

  it('is 404 before it existed', async () => {
    const [first] = events;
    for (const at of [plus(first?.occurredAt ?? '', -1), '1970-01-01T00:00:00Z']) {
      expectProblem(await app.bank.account(id, { at }), 404, 'NotFound', `/api/accounts/${id}`);
    }
  });

  it.each(['x', '', '1', '2026-11-20', '2026-11-20T10:00:00', '2026-02-30T00:00:00Z', '9999-12-31T23:59:59Z'])(
    'is 400 where that is none, or to come: "%s"',
    async (at) => {
      const { errors } = expectProblem(await app.bank.account(id, { at }), 400, 'InvalidRequest');
      expect(errors).toMatchObject([{ pointer: '/query/at' }]);
    },
  );

  it('is 400 where that is a minute to come', async () => {
    expectProblem(await app.bank.account(id, { at: plus(new Date().toISOString(), 60_000) }), 400, 'InvalidRequest');
  });
});

describe('the past of what there is not', () => {
  it('is 404', async () => {
    for (const unknown of [randomUUID(), await newCustomer(app.bank)]) {
      expectProblem(await app.bank.account(unknown, { version: 1 }), 404, 'NotFound');
      expectProblem(await app.bank.account(unknown, { at: '2026-01-01T00:00:00Z' }), 404, 'NotFound');
    }
  });
});
