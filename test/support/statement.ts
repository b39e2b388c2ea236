import { currency } from '../../domain/currency.ts';
import type { TransactionEntry } from '../../projections/book/entry.ts';
import type { Lines, Statement } from '../../statements/statement.ts';

export const accountId = '0199f8a2-7b1c-7000-8000-000000000000';
export const otherId = '0199f8a2-7b1c-7000-8000-0000000000ff';

export const statementOf = (fields: Partial<Statement> = {}): Statement => ({
  accountId,
  month: '2026-11',
  currency: currency.parse('EUR'),
  opening: 1_00,
  closing: 2_00,
  in: 3_00n,
  out: 2_00n,
  lines: 0,
  isProvisional: false,
  from: '2026-11-01T00:00:00.000Z',
  until: '2026-12-01T00:00:00.000Z',
  asOf: '2026-12-01T01:00:00.000Z',
  owner: 'Ada Lovelace',
  timeZone: 'UTC',
  dayOf: (instant) => instant.slice(0, 10),
  ...fields,
});

export const lineOf = (fields: Partial<TransactionEntry> = {}): TransactionEntry => ({
  id: `${accountId}:7`,
  type: 'deposit',
  isIn: true,
  amount: { minor: 1, currency: currency.parse('EUR') },
  balanceAfter: 1_01,
  reference: null,
  occurredAt: '2026-11-02T10:00:00.000Z',
  version: 7,
  ...fields,
});

export async function* pagesOf(...pages: readonly (readonly TransactionEntry[])[]): Lines {
  yield* await Promise.resolve(pages);
}

/** A line of each type that there is. */
export const allTypes: readonly TransactionEntry[] = [
  lineOf({ reference: 'Salary' }),
  lineOf({ type: 'withdrawal', isIn: false, version: 8 }),
  lineOf({ type: 'capture', isIn: false, version: 9, reference: 'Hotel' }),
  lineOf({ type: 'reversal', isIn: false, version: 10, reverses: `${accountId}:7` }),
  lineOf({
    type: 'transferOut',
    isIn: false,
    version: 11,
    counterparty: otherId,
    transferId: `${accountId}:11`,
    reference: 'Rent',
  }),
  lineOf({ type: 'transferIn', version: 12, counterparty: otherId, transferId: `${otherId}:3` }),
  lineOf({ type: 'transferReturned', version: 13, counterparty: otherId, transferId: `${accountId}:11` }),
];

export const whole = async (pieces: AsyncIterable<string>): Promise<string> => {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
};
