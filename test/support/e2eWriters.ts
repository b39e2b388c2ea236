import { randomUUID } from 'node:crypto';
import type { BankClient, Moved, Reply } from './e2eBank.ts';

/** A movement that a writer asked for; its reference is unique, so that it is found again among the events. */
export type Attempt = {
  readonly accountId: string;
  readonly kind: 'deposit' | 'withdraw';
  readonly amount: string;
  readonly reference: string;
  readonly key: string | undefined;
  /** Unknown: the connection broke before there was an answer. */
  outcome: 'acknowledged' | 'refused' | 'unknown';
  answer: Moved | undefined;
};

export const attempt = async (bank: BankClient, made: Attempt): Promise<Reply<Moved> | undefined> => {
  const { accountId, kind, amount, reference, key } = made;
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  let reply: Reply<Moved>;
  try {
    reply = await bank[kind](accountId, amount, { reference }, headers);
  } catch {
    // The process was killed: what became of the command is what the test finds out.
    return undefined;
  }
  if (reply.status !== 201 && reply.status !== 422) throw new Error(`Answered ${reply.status}: ${reply.text}`);
  made.outcome = reply.status === 201 ? 'acknowledged' : 'refused';
  made.answer = reply.status === 201 ? reply.body : undefined;
  return reply;
};

/**
 * Concurrent writers over some accounts, each with one request at a time, every other one with an idempotency key.
 * After so many acknowledgements, while they go on, `kill` is called; they end when nobody answers any more.
 */
export const writeUntilKilled = async (
  bank: BankClient,
  accountIds: readonly string[],
  { writers, acknowledgements, kill }: { writers: number; acknowledgements: number; kill: () => Promise<void> },
): Promise<Attempt[]> => {
  const attempts: Attempt[] = [];
  let acknowledged = 0;
  let killed: Promise<void> | undefined;

  const write = async (writer: number): Promise<void> => {
    for (let turn = 0; ; turn += 1) {
      const made: Attempt = {
        accountId: accountIds[(writer + turn) % accountIds.length] ?? '',
        kind: turn % 3 === 2 ? 'withdraw' : 'deposit',
        amount: `${1 + (turn % 7)}.${10 + writer}`,
        reference: randomUUID(),
        key: turn % 2 === 0 ? randomUUID() : undefined,
        outcome: 'unknown',
        answer: undefined,
      };
      attempts.push(made);
      if ((await attempt(bank, made)) === undefined) return;
      if (made.outcome === 'acknowledged') acknowledged += 1;
      if (acknowledged >= acknowledgements) killed ??= kill();
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  await killed;
  return attempts;
};
