import { eventually } from './e2eEventually.ts';
import { bodyOf, type Amount, type BankClient, type Reply, type SentHeaders } from './e2eBank.ts';

export type Sent = {
  readonly transferId: string;
  readonly version: number;
  readonly position: string;
  readonly balance: Amount;
  readonly available: Amount;
  readonly sent: Amount;
  readonly received: Amount;
  readonly status: 'inTransit' | 'completed' | 'returned';
  readonly endVersion?: number;
};
export type Held = Omit<Sent, 'transferId' | 'sent' | 'received' | 'status'> & {
  readonly holdId: string;
  readonly expiresAt: string;
};
export type Transfer = Pick<Sent, 'status' | 'sent' | 'received'> & {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly reason?: string;
  readonly sentAt: string;
  readonly settledAt?: string;
};

/** The commands of money that moves between accounts, or is held. */
export const money = (bank: BankClient) => ({
  transfer: (from: string, to: string, amount: string, body: object = {}, headers?: SentHeaders) =>
    bank.post(`/accounts/${from}/transfers`, { to, amount, currency: 'EUR', ...body }, headers) as Promise<Reply<Sent>>,
  transferOf: (id: string) => bank.get(`/transfers/${id}`) as Promise<Reply<Transfer>>,
  hold: (id: string, amount: string, body: object = {}, headers?: SentHeaders) =>
    bank.post(`/accounts/${id}/holds`, { amount, currency: 'EUR', ...body }, headers) as Promise<Reply<Held>>,
  capture: (id: string, holdId: string, body: object = {}, headers?: SentHeaders) =>
    bank.post(`/accounts/${id}/holds/${holdId}/capture`, body, headers) as Promise<Reply<Sent>>,
  release: (id: string, holdId: string, headers?: SentHeaders) =>
    bank.post(`/accounts/${id}/holds/${holdId}/release`, {}, headers) as Promise<Reply<Held>>,
  reverse: (id: string, transactionId: string, reason = 'Typing error', headers?: SentHeaders) =>
    bank.post(`/accounts/${id}/transactions/${transactionId}/reversal`, { reason }, headers) as Promise<Reply<Sent>>,
  become: (id: string, what: 'freeze' | 'unfreeze' | 'close', headers?: SentHeaders) =>
    bank.post(`/accounts/${id}/${what}`, { reason: 'a test' }, headers),
});

/** The transfer once it has ended. */
export const ended = async (bank: BankClient, transferId: string): Promise<Transfer> => {
  await eventually(async () => bodyOf(await money(bank).transferOf(transferId)).status).not.toBe('inTransit');
  return bodyOf(await money(bank).transferOf(transferId));
};
