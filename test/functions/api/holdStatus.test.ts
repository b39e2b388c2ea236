import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import type { AccountEvent } from '../../../domain/account/events.ts';
import { explainEndedHold } from '../../../functions/api/holdStatus.ts';
import type { Services } from '../../../functions/services.ts';
import { commitOf, deposited, eur, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';

const eventStore = cosmosEventStore((await cosmosForTests()).container('events'));
const unfolded = { state: {}, stateVersion: 99 };
const expiresAt = '2026-01-08T00:00:00.000Z';
const held = { customerId: 'c', amount: eur(1), balance: 9, available: 8 };
const placed: AccountEvent = { type: 'HoldPlaced', data: { ...held, expiresAt } };
const ended = { ...held, hold: 3, held: 1 };

/** Explains the refusal of hold 3 of an account where these events come after it, and another hold is captured. */
const explained = async (read: () => Promise<unknown>, ...events: AccountEvent[]) => {
  const id = randomUUID();
  const other: AccountEvent = { type: 'HoldCaptured', data: { ...ended, hold: 4 } };
  await eventStore.append([commitOf('account', id, 0, [opened(), deposited(9, 9), placed, placed, other])], unfolded);
  for (const [index, event] of events.entries()) {
    await eventStore.append([commitOf('account', id, 5 + index, [event])], unfolded);
  }
  const services = { eventStore, freshRows: { read } } as unknown as Services;
  return explainEndedHold(services, { id, holdId: { aggregateId: id, version: 3 } }, { code: 'HoldEnded' });
};

it.each<[string, () => Promise<unknown>]>([
  ['is away', () => Promise.reject(new ServiceUnavailable('Cosmos DB'))],
  ['does not have the account', () => Promise.resolve({ found: 'unknown' })],
])('how a hold ended is told by the events where the view %s', async (_, read) => {
  const tell = (...events: AccountEvent[]) => explained(read, ...events);
  expect(await tell({ type: 'HoldCaptured', data: ended })).toEqual({ holdStatus: 'captured' });
  expect(await tell(deposited(1, 10), { type: 'HoldReleased', data: ended })).toEqual({ holdStatus: 'released' });
  expect(await tell({ type: 'HoldExpired', data: { ...ended, expiresAt } })).toEqual({ holdStatus: 'expired' });
  // Its time is over, and no event says so yet.
  expect(await tell()).toEqual({ holdStatus: 'expired' });
});

it('other refusals are not explained', async () => {
  const asked = { id: 'a', holdId: { aggregateId: 'a', version: 3 } };
  expect(await explainEndedHold({} as Services, asked, { code: 'AccountClosed' })).toBeUndefined();
});
