import { expect } from 'vitest';
import type { BankClient } from './e2eBank.ts';

/** Asserts of what is read again and again that it comes to be so in time. */
export const eventually = <Value>(read: () => Promise<Value>, timeoutMs = 30_000) =>
  expect.poll(read, { timeout: timeoutMs, interval: 20 });

/** Resolves once the view itself, asked for nothing special, has that version of the account. */
export const viewHas = async (bank: BankClient, id: string, version: number, timeoutMs?: number): Promise<void> => {
  await eventually(async () => {
    const { headers, body } = await bank.account(id);
    return [headers.get('daybook-source'), body.version];
  }, timeoutMs).toEqual(['view', version]);
};
