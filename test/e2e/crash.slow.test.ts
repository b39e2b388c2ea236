import { beforeAll, describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import {
  allEvents,
  allPages,
  bodyOf,
  centsOf,
  newAccount,
  newCustomer,
  type AuditedEvent,
} from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { copyAccount } from '../support/e2eStore.ts';
import { attempt, writeUntilKilled, type Attempt } from '../support/e2eWriters.ts';

const app = appOfThisFile();
let customerId: string;
const accountIds: string[] = [];
const attempts: Attempt[] = [];

beforeAll(async () => {
  customerId = await newCustomer(app.bank);
  for (let index = 0; index < 4; index += 1) accountIds.push(bodyOf(await app.bank.openAccount(customerId)).id);
});

const cents = ({ type, data }: AuditedEvent): number => (type === 'MoneyWithdrawn' ? -1 : 1) * centsOf(data.amount);
const balanceOf = (events: readonly AuditedEvent[]): string =>
  (events.slice(1).reduce((sum, event) => sum + cents(event), 0) / 100).toFixed(2);

/** The views, once they have every event; read without `atLeast`, which would make them catch up. */
const viewsHave = async (events: ReadonlyMap<string, readonly AuditedEvent[]>): Promise<void> => {
  for (const [id, all] of events) {
    const last = all.at(-1);
    await eventually(async () => {
      const { headers, body } = await app.bank.account(id);
      return [headers.get('daybook-source'), body.version, body.balance];
    }).toEqual(['view', last?.version, { amount: balanceOf(all), currency: 'EUR' }]);
    await eventually(async () => {
      const lines = await allPages((query) => app.bank.transactions(id, query));
      return lines.map(({ version, balanceAfter }) => [version, balanceAfter.amount]);
    }).toEqual(
      all
        .slice(1)
        .map((event, index) => [event.version, balanceOf(all.slice(0, index + 2))])
        .reverse(),
    );
  }
  await eventually(async () => (await app.bank.customer(customerId)).body.accounts).toMatchObject(
    accountIds.map((id) => ({
      id,
      version: events.get(id)?.length,
      balance: { amount: balanceOf(events.get(id) ?? []), currency: 'EUR' },
    })),
  );
};

describe.each([
  { round: 1, acknowledgements: 60 },
  { round: 2, acknowledgements: 400 },
  { round: 3, acknowledgements: 200 },
])('killed under load, round $round', ({ acknowledgements }) => {
  let made: Attempt[];
  beforeAll(async () => {
    made = await writeUntilKilled(app.bank, accountIds, { writers: 10, acknowledgements, kill: () => app.kill() });
    attempts.push(...made);
    await app.restart();
  });

  it('was in the middle of something', () => {
    expect(made.some(({ outcome }) => outcome === 'unknown')).toBe(true);
  });

  it('gives again what it had acknowledged', async () => {
    for (const before of made
      .filter(({ key, outcome }) => key !== undefined && outcome === 'acknowledged')
      .slice(-20)) {
      const { answer } = before;
      const reply = await attempt(app.bank, before);
      expect(reply).toMatchObject({ status: 201, body: answer });
      expect(reply?.headers.get('idempotency-replayed')).toBe('true');
    }
  });

  it('takes retries of what it had not, once', async () => {
    const unanswered = made.filter(({ key, outcome }) => key !== undefined && outcome === 'unknown');
    await Promise.all(
      unanswered.map(async (one) => {
        const replies = await Promise.all([attempt(app.bank, one), attempt(app.bank, { ...one })]);
        expect(new Set(replies.map((reply) => reply?.text)).size).toBe(1);
      }),
    );
  });

  it('has every acknowledged command exactly once, and views that show the same', async () => {
    const events = new Map<string, AuditedEvent[]>();
    for (const id of accountIds) events.set(id, await allEvents(app.bank, id));

    for (const all of events.values()) {
      expect(all.map(({ version }) => version)).toEqual(all.map((_, index) => index + 1));
      all.slice(1).forEach((event, index) => {
        expect(event.data.balance?.amount).toBe(balanceOf(all.slice(0, index + 2)));
      });
    }
    const byReference = Map.groupBy(
      [...events.values()].flatMap((all) => all.slice(1)),
      ({ data }) => String(data.reference),
    );
    for (const { reference, outcome, answer } of attempts) {
      const found = byReference.get(reference)?.map(({ id }) => id) ?? [];
      if (outcome === 'acknowledged') expect(found).toEqual([answer?.transactionId]);
      if (outcome === 'refused') expect(found).toEqual([]);
      if (outcome === 'unknown') expect(found.length).toBeLessThanOrEqual(1);
      byReference.delete(reference);
    }
    expect([...byReference]).toEqual([]);

    for (const [id, all] of events) {
      const { balance } = bodyOf(await app.bank.account(id, { atLeast: all.length }));
      expect(balance.amount).toBe(balanceOf(all));
    }
    await viewsHave(events);
  });
});

describe('a commit whose messages were never sent', () => {
  it('arrives within five seconds of a restart', async () => {
    const original = await newAccount(app.bank, '5');
    await copyAccount(app.database, original.id);
    await app.kill();
    await app.restart();
    await eventually(async () => (await app.bank.customer(original.customerId)).body.totals).toEqual([
      { amount: '10.00', currency: 'EUR' },
    ]);
  });

  it('arrives in the views through the relay', async () => {
    const original = await newAccount(app.bank, '5');
    await copyAccount(app.database, original.id);
    // The customer's row is there already: asking for it brings nothing along.
    await eventually(async () => (await app.bank.customer(original.customerId)).body.totals).toEqual([
      { amount: '10.00', currency: 'EUR' },
    ]);
  });
});
