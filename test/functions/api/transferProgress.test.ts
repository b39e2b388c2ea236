import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import type { CommandRequest } from '../../../application/commands/commandRequest.ts';
import type { EventStore } from '../../../application/eventStore.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import { createWaiting } from '../../../application/waiting.ts';
import { account } from '../../../domain/account/account.ts';
import type { AccountCommand } from '../../../domain/account/commands.ts';
import { followTransfer } from '../../../functions/api/transferProgress.ts';
import type { Services } from '../../../functions/services.ts';
import { commitOf, deposited, eur, opened } from '../../support/bank.ts';
import { requestFor } from '../../support/commandRequest.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { instanceAt } from '../../support/emailBank.ts';
import { memoryEmailClaims } from '../../support/memoryBank.ts';

const store = cosmosEventStore((await cosmosForTests()).container('events'));
const bank = () => instanceAt(Date.UTC(2026, 0, 2), { eventStore: store, claims: memoryEmailClaims() });

/** An instance that sends a transfer, and what it needs to tell how far that has come. */
const sender = async () => {
  const [from, to] = [randomUUID(), randomUUID()];
  const unfolded = { state: {}, stateVersion: 99 };
  await store.append([commitOf('account', from, 0, [opened(), deposited(900, 900)])], unfolded);
  await store.append([commitOf('account', to, 0, [opened()])], unfolded);
  const instance = bank();
  const request = (command: AccountCommand, fields: Partial<CommandRequest<unknown>> = {}) =>
    requestFor(command, fields);
  const sent = await instance.execute(
    account,
    from,
    request({ type: 'SendTransfer', to, isSame: false, receiver: undefined, amount: eur(400) }),
  );
  if (sent.outcome !== 'done') throw new Error(`It was not sent: ${sent.outcome}`);
  const { commit } = sent;
  const settle = (by = bank()) =>
    by.execute(account, from, request({ type: 'SettleTransfer', transfer: commit.version }));
  return { from, to, instance, commit, settle };
};

const answered = { status: 201, body: { status: 'inTransit' } };

/** What a caller is told who prefers to wait so many seconds; `looks` counts how often the event store was asked. */
const follow = async (
  { instance, commit }: Pick<Awaited<ReturnType<typeof sender>>, 'instance' | 'commit'>,
  {
    prefer = 'wait=20',
    replayed = false,
    findCommit = store.findCommit.bind(store),
    waiting = createWaiting(),
    cachedAccount = instance.cachedAccount,
  }: {
    readonly prefer?: string;
    readonly replayed?: boolean;
    readonly findCommit?: EventStore['findCommit'];
    readonly waiting?: ReturnType<typeof createWaiting>;
    readonly cachedAccount?: typeof instance.cachedAccount;
  } = {},
) => {
  const looks = vi.fn<EventStore['findCommit']>(findCommit);
  const log = vi.fn();
  const answer = await followTransfer.follow(
    {
      ...{ cachedAccount, waiting, log },
      eventStore: { ...store, findCommit: looks },
      wait: (ms: number) => sleep(ms),
    } as unknown as Services,
    { headers: { prefer } as never, quota: 'a caller' },
    { commit, replayed },
    answered,
  );
  return { answer, looks: looks.mock.calls.length, log };
};
const away = () => Promise.reject(new ServiceUnavailable('Cosmos DB'));

it.each([
  ['sent again without waiting', { replayed: true, prefer: '' }],
  ['sent again', { replayed: true }],
  ['sent for a caller who waits', { prefer: 'wait=1' }],
])('a transfer %s is answered as sent where nobody can look for its end', async (_, options) => {
  const { answer, log } = await follow(await sender(), { ...options, findCommit: away });
  expect(answer).toMatchObject({ ...answered, headers: { 'retry-after': '1' } });
  expect(log).toHaveBeenCalled();
});

it('is answered with its end once somebody can look again', async () => {
  const sent = await sender();
  await sent.settle(sent.instance);
  let asked = 0;
  const findCommit: EventStore['findCommit'] = (...args) => ((asked += 1) === 1 ? away() : store.findCommit(...args));
  const { answer, looks } = await follow(sent, { findCommit });
  expect(answer.body).toMatchObject({ status: 'completed', endVersion: 4 });
  expect(answer.headers).not.toHaveProperty('retry-after');
  expect(looks).toBe(2);
});

it('does not take a state that is older than the transfer for its end', async () => {
  const sent = await sender();
  const former = bank();
  // What another instance knew before the transfer was sent.
  const older = {
    version: 2,
    occurredAt: '',
    state: { ...sent.instance.cachedAccount(sent.from)?.state, transfers: [] },
  };
  const waited = follow(sent, { cachedAccount: () => older as never });
  await sent.settle(former);
  const { answer, looks } = await waited;
  expect(answer.body).toMatchObject({ status: 'completed' });
  expect(looks).toBeLessThanOrEqual(2);
});

it('is answered at once with the end that this instance has seen', async () => {
  const sent = await sender();
  await sent.settle(sent.instance);
  const { answer, looks } = await follow(sent);
  expect(answer.body).toMatchObject({ status: 'completed', endVersion: 4 });
  expect(looks).toBe(1);
});

it('waits no longer, and says so, where too many wait', async () => {
  const waiting = createWaiting();
  for (const caller of 'aabbccdd') waiting.enter(caller);
  const { answer, looks } = await follow(await sender(), { waiting });
  expect(answer).toMatchObject({ ...answered, headers: { 'retry-after': '1', 'preference-applied': 'wait=20' } });
  expect(looks).toBe(0);
});

it('waits no longer, and says so, where ten units are spent: three looks', async () => {
  const { answer, looks } = await follow(await sender());
  expect(answer).toMatchObject({ ...answered, headers: { 'retry-after': '1' } });
  expect(looks).toBe(3);
});

it('waits no longer, and says so, where the instance stops', async () => {
  const waiting = createWaiting();
  const waited = follow(await sender(), { waiting });
  waiting.stop();
  const { answer } = await waited;
  expect(answer).toMatchObject({ ...answered, headers: { 'retry-after': '1' } });
});

it('says nothing of asking again where the time is up', async () => {
  const { answer } = await follow(await sender(), { prefer: 'wait=0' });
  expect(answer).toEqual({ ...answered, headers: { 'preference-applied': 'wait=0' } });
  const later = await follow(await sender(), { prefer: 'wait=1' });
  expect(later.answer.headers).toEqual({ 'preference-applied': 'wait=1' });
});

it.each([
  ['wait=60', '30'],
  ['wait=99999999999999999999', '30'],
  ['respond-async, wait="2"', '2'],
])('waits %s for %s seconds at most', async (prefer, seconds) => {
  const waiting = createWaiting();
  waiting.stop();
  const { answer } = await follow(await sender(), { prefer, waiting });
  expect(answer.headers).toMatchObject({ 'preference-applied': `wait=${seconds}` });
});
