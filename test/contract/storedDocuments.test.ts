import { describe, expect, it } from 'vitest';
import { toCommit } from '../../adapters/cosmos/commitItem.ts';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import { bankAggregates, bankEventsOf } from '../../domain/registry.ts';
import { cosmosForTests } from '../support/cosmos.ts';

// Stored documents stay as they are: these are so to the letter, and nobody edits them.
const customerCreated = {
  id: '000000000001',
  aggregateId: '5ea81660-cdad-54e4-9d80-cb2f50395e15',
  aggregate: 'customer',
  version: 1,
  commandId: 'k:ANL9mVhObilCN0cETF5GLHgX4XIiYQDRBSu0crVI-Po',
  fingerprint: 'n509nLzeFzcKgBhadBU51Tn1egOLbYXqnZBRwp0VMlI',
  events: [
    {
      id: '5ea81660-cdad-54e4-9d80-cb2f50395e15:1',
      type: 'CustomerCreated',
      schemaVersion: 1,
      version: 1,
      data: { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' },
    },
  ],
  occurredAt: '2026-11-21T02:55:38.300Z',
  actor: 'anonymous',
  correlationId: '7fa46c0a98ef52e2b228d17da4f4b03b',
  causationId: 'k:ANL9mVhObilCN0cETF5GLHgX4XIiYQDRBSu0crVI-Po',
  traceparent: '00-7fa46c0a98ef52e2b228d17da4f4b03b-c9232b48e50afe67-01',
};
const ofAccount = {
  aggregateId: '7756c566-b8cb-5eae-bd3c-187780e884d5',
  aggregate: 'account',
  fingerprint: '6reU9NkoDCuP8_efXHoaoXQRjYTuVJBo5AiGaNpWRfo',
  occurredAt: '2026-11-21T02:55:38.317Z',
  actor: 'anonymous',
  correlationId: '1ac5d2e35ae6252a225b79b00a7e58fa',
  causationId: 'u:793001b7-c78e-4265-b7cd-218349164885',
  traceparent: '00-1ac5d2e35ae6252a225b79b00a7e58fa-4a61b47b1a73db53-01',
};
const rateSet = {
  id: '000000000001',
  aggregateId: 'b44bdcba-4478-5755-be87-a6a10cf0fba8',
  aggregate: 'rate',
  version: 1,
  commandId: 'u:5a6e2a8e-7d9c-4d55-8f0f-0d5f1f0f6b1c',
  fingerprint: 'p2JmCk5oHn0m8aCkH1XbqM3r4V9sYyq1lE0cB7tQw2E',
  events: [
    {
      id: 'b44bdcba-4478-5755-be87-a6a10cf0fba8:1',
      type: 'RateSet',
      schemaVersion: 1,
      version: 1,
      data: { base: 'EUR', quote: 'USD', rate: '1.0842', source: 'European Central Bank' },
    },
  ],
  occurredAt: '2026-11-28T20:15:38.300Z',
  actor: 'anonymous',
  correlationId: '2f0a1d4c97e64b0f8f6f3f6b1f0d2c3a',
  causationId: 'u:5a6e2a8e-7d9c-4d55-8f0f-0d5f1f0f6b1c',
  traceparent: '00-2f0a1d4c97e64b0f8f6f3f6b1f0d2c3a-c9232b48e50afe67-01',
};
const notificationsChosen = {
  ...{ id: '000000000002', aggregateId: customerCreated.aggregateId, aggregate: 'customer', version: 2 },
  commandId: 'u:0b3c7c53-1a43-4f0e-9a3b-6d1c1de0a7f4',
  fingerprint: 'Zk0sXW8s1cQzS9vW1m0m3oYpTqkN2x5jv8b7c6d5e4f',
  events: [
    {
      id: '5ea81660-cdad-54e4-9d80-cb2f50395e15:2',
      type: 'NotificationsChosen',
      schemaVersion: 1,
      version: 2,
      data: { types: ['MoneyDeposited', 'TransferReceived'], above: { minor: 5000, currency: 'EUR' } },
    },
  ],
  occurredAt: '2026-11-28T23:45:12.120Z',
  actor: 'anonymous',
  correlationId: '3e1b2a5f7d904c66b1f0a2c3d4e5f607',
  causationId: 'u:0b3c7c53-1a43-4f0e-9a3b-6d1c1de0a7f4',
  traceparent: '00-3e1b2a5f7d904c66b1f0a2c3d4e5f607-c9232b48e50afe67-01',
};
const documents = [
  customerCreated,
  rateSet,
  notificationsChosen,
  {
    ...ofAccount,
    id: '000000000001',
    version: 1,
    commandId: 'u:1',
    events: [
      {
        id: '7756c566-b8cb-5eae-bd3c-187780e884d5:1',
        type: 'AccountOpened',
        schemaVersion: 1,
        version: 1,
        data: { customerId: '5ea81660-cdad-54e4-9d80-cb2f50395e15', currency: 'EUR' },
      },
    ],
  },
  {
    ...ofAccount,
    id: '000000000002',
    version: 3,
    commandId: 'u:2',
    events: [
      {
        id: '7756c566-b8cb-5eae-bd3c-187780e884d5:2',
        type: 'MoneyDeposited',
        schemaVersion: 1,
        version: 2,
        data: {
          customerId: '5ea81660-cdad-54e4-9d80-cb2f50395e15',
          amount: { minor: 10000, currency: 'EUR' },
          balance: 10000,
          reference: 'Salary',
        },
      },
      {
        id: '7756c566-b8cb-5eae-bd3c-187780e884d5:3',
        type: 'MoneyWithdrawn',
        schemaVersion: 1,
        version: 3,
        data: {
          customerId: '5ea81660-cdad-54e4-9d80-cb2f50395e15',
          amount: { minor: 5800, currency: 'EUR' },
          balance: 4200,
        },
      },
    ],
  },
];

/** What every document of the second wave has beside its place and its event. */
const written = {
  commandId: 'k:Wm0Yx2c9nTjv5sQf7aRk1uLh8eZb4dGpKiNoTyUxVwE',
  fingerprint: 'Qk3vN8sTz1yWb6pLr0uJc5mXe2aHd9fGiKoVtYnBqSA',
  occurredAt: '2026-11-29T08:14:52.731Z',
  actor: 'anonymous',
  correlationId: '4b9c1d7e2f3a48569a0b1c2d3e4f5061',
  causationId: 'k:Wm0Yx2c9nTjv5sQf7aRk1uLh8eZb4dGpKiNoTyUxVwE',
  traceparent: '00-4b9c1d7e2f3a48569a0b1c2d3e4f5061-b7ad6b7169203331-01',
};
const ofAda = {
  ...written,
  id: '000000000003',
  aggregateId: '5ea81660-cdad-54e4-9d80-cb2f50395e15',
  aggregate: 'customer',
  version: 3,
};
const eventOfAda = { id: '5ea81660-cdad-54e4-9d80-cb2f50395e15:3', version: 3, schemaVersion: 1 };
const customerDocuments = [
  {
    ...ofAda,
    events: [{ ...eventOfAda, type: 'CustomerRenamed', data: { person: { firstName: 'Ada', lastName: 'King' } } }],
  },
  {
    ...ofAda,
    events: [{ ...eventOfAda, type: 'CustomerEmailChanged', data: { person: { email: 'ada.king@example.com' } } }],
  },
  {
    ...ofAda,
    events: [{ ...eventOfAda, type: 'EmailClaimLapsed', data: { claimedAt: '2026-11-29T08:14:21.004Z' } }],
  },
];
const createdAgain = {
  ...{ ...written, id: '000000000001', aggregateId: '0199f8a2-7b1c-7000-8000-000000000000', aggregate: 'customer' },
  version: 1,
  events: [
    {
      ...{ id: '0199f8a2-7b1c-7000-8000-000000000000:1', version: 1, schemaVersion: 2, type: 'CustomerCreated' },
      data: { person: { firstName: 'Grace', lastName: 'Hopper', email: 'grace@example.com' } },
    },
  ],
};

const adasAccount = { customerId: '5ea81660-cdad-54e4-9d80-cb2f50395e15' };
const savings = 'cfc5395c-5ecc-5513-9fb8-4bc06082858d';
const dollars = '1f0a3c52-8d2b-5b8e-9a55-0c7f3a1e2d44';
/** Events of an account, each in a document of its own, as they were stored. */
const accountDocuments = [
  {
    type: 'TransactionReversed',
    data: {
      ...{ ...adasAccount, reverses: 2, kind: 'deposit', amount: { minor: 10000, currency: 'EUR' } },
      ...{ balance: 4200, available: 2200, reason: 'Typing error' },
    },
  },
  { type: 'AccountFrozen', data: { ...adasAccount, scope: 'debits', reason: 'A suspicion' } },
  { type: 'AccountUnfrozen', data: { ...adasAccount, reason: 'No suspicion' } },
  { type: 'AccountClosed', data: { ...adasAccount, reason: 'Moved away' } },
  { type: 'AccountClosed', data: { ...adasAccount } },
  {
    type: 'HoldPlaced',
    data: {
      ...{ ...adasAccount, amount: { minor: 2000, currency: 'EUR' }, balance: 4200, available: 2200 },
      ...{ expiresAt: '2026-12-06T08:14:52.731Z', reference: 'Hotel' },
    },
  },
  {
    type: 'HoldCaptured',
    data: {
      ...{ ...adasAccount, hold: 6, held: 2000, amount: { minor: 1500, currency: 'EUR' } },
      ...{ balance: 2700, available: 2700, reference: 'Hotel' },
    },
  },
  {
    type: 'HoldCaptured',
    data: {
      ...{ ...adasAccount, hold: 6, held: 2000, amount: { minor: 1500, currency: 'EUR' } },
      ...{ balance: 4200, available: 4200, to: savings },
    },
  },
  {
    type: 'HoldReleased',
    data: {
      ...{ ...adasAccount, hold: 6, held: 2000, amount: { minor: 2000, currency: 'EUR' } },
      ...{ balance: 4200, available: 4200 },
    },
  },
  {
    type: 'HoldExpired',
    data: {
      ...{ ...adasAccount, hold: 6, held: 2000, amount: { minor: 2000, currency: 'EUR' } },
      ...{ balance: 4200, available: 4200, expiresAt: '2026-12-06T08:14:52.731Z' },
    },
  },
  {
    type: 'TransferSent',
    data: {
      ...{ ...adasAccount, to: savings, amount: { minor: 1200, currency: 'EUR' } },
      ...{ received: { minor: 1200, currency: 'EUR' }, balance: 3000, available: 1000, reference: 'Savings' },
    },
  },
  {
    type: 'TransferSent',
    data: {
      ...{ ...adasAccount, to: dollars, amount: { minor: 1200, currency: 'EUR' } },
      ...{ received: { minor: 1301, currency: 'USD' }, balance: 3000, available: 1000 },
      rate: { rate: '1.0842', id: 'b44bdcba-4478-5755-be87-a6a10cf0fba8:1' },
    },
  },
  {
    type: 'TransferReceived',
    data: {
      ...{ ...adasAccount, transferId: `${savings}:5`, from: savings, sent: { minor: 500, currency: 'EUR' } },
      ...{ sentBy: 'k:Wm0Yx2c9nTjv5sQf7aRk1uLh8eZb4dGpKiNoTyUxVwE', amount: { minor: 500, currency: 'EUR' } },
      ...{ balance: 4700, reference: 'Back' },
    },
  },
  {
    type: 'TransferDeclined',
    data: {
      ...{ ...adasAccount, transferId: `${savings}:5`, from: savings, sent: { minor: 500, currency: 'EUR' } },
      ...{ sentBy: 'k:Wm0Yx2c9nTjv5sQf7aRk1uLh8eZb4dGpKiNoTyUxVwE', amount: { minor: 500, currency: 'EUR' } },
      reason: 'receiverCannotTake',
    },
  },
  {
    type: 'TransferCompleted',
    data: { ...adasAccount, transfer: 8, to: savings, amount: { minor: 1200, currency: 'EUR' } },
  },
  {
    type: 'TransferReturned',
    data: {
      ...{ ...adasAccount, transfer: 8, to: savings, amount: { minor: 1200, currency: 'EUR' } },
      ...{ balance: 4200, reason: 'receiverClosed', reference: 'Savings' },
    },
  },
].map((event, index) => ({
  ...written,
  id: String(index + 4).padStart(12, '0'),
  aggregateId: '7756c566-b8cb-5eae-bd3c-187780e884d5',
  aggregate: 'account',
  version: index + 4,
  events: [
    {
      ...event,
      id: `7756c566-b8cb-5eae-bd3c-187780e884d5:${index + 4}`,
      version: index + 4,
      schemaVersion: 1,
    },
  ],
}));

const database = await cosmosForTests();

describe('stored documents', () => {
  it('are read as the events that they are', () => {
    const events = documents.slice(1).map(toCommit).flatMap(bankEventsOf);
    expect(events.map(({ type, data }) => ({ type, data }))).toEqual(
      documents.slice(1).flatMap(({ events: stored }) => stored.map(({ type, data }) => ({ type, data }))),
    );
  });

  const later = [...customerDocuments, ...accountDocuments, createdAgain];
  it.each(later.map((document) => [document.events[0]?.type, document] as const))(
    'are read as they are: %s',
    (_, document) => {
      const events = bankEventsOf(toCommit(document)).map(({ type, data }) => ({ type, data }));
      expect(events).toEqual(document.events.map(({ type, data }) => ({ type, data })));
    },
  );

  it('are here of every event that there is', () => {
    const stored = [...documents, ...later];
    const types = new Set(stored.flatMap(({ events }) => events.map(({ type }) => type)));
    const all = bankAggregates.flatMap(({ events }) => events.map(({ type }) => type));
    expect([...types].toSorted()).toEqual(all.toSorted());
  });

  it('have the names and the address of a new customer in one member, once they are read', () => {
    expect(bankEventsOf(toCommit(customerCreated)).map(({ type, data }) => ({ type, data }))).toEqual([
      {
        type: 'CustomerCreated',
        data: { person: { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' } },
      },
    ]);
  });

  it('are read from the store, which adds fields of its own', async () => {
    const container = database.container('events');
    for (const document of documents) await container.items.create(document);
    const store = cosmosEventStore(container);
    const commits = [];
    for await (const page of store.readCommits(ofAccount.aggregateId, 0)) commits.push(...page);
    expect(commits).toEqual(documents.slice(3).map(toCommit));
    expect(await store.findCommit(customerCreated.aggregateId, customerCreated.commandId)).toEqual(
      toCommit(customerCreated),
    );
  });
});
