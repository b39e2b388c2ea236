import { formatAmount } from '../domain/money.ts';
import type { TransactionEntry } from '../projections/book/entry.ts';
import type { Lines, Statement } from './statement.ts';

const columns = [
  ...(['occurredAt', 'version', 'id', 'type', 'in', 'out', 'balance', 'currency'] as const),
  ...(['reference', 'counterparty', 'transferId', 'reverses'] as const),
];

/**
 * A cell of RFC 4180. A spreadsheet takes a cell that begins with one of these for a formula, whoever wrote it; after an apostrophe it
 * takes the cell for text.
 */
export const csvCell = (text: string): string => {
  const guarded = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
};

const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

const cellsOf = (line: TransactionEntry): readonly string[] => {
  const { id, type, isIn, amount, balanceAfter, occurredAt, version } = line;
  const { reference, counterparty = '', transferId = '', reverses = '' } = line;
  const moved = formatAmount(amount.minor, amount.currency);
  const balance = formatAmount(balanceAfter, amount.currency);
  const amounts = isIn ? [moved, ''] : ['', moved];
  return [
    ...[occurredAt, String(version), id, type, ...amounts, balance, amount.currency],
    ...[reference ?? '', counterparty, transferId, reverses],
  ];
};

/** A table with a header and the statement's lines, and nothing else, so that programs can read it. */
export async function* writeCsv(_: Statement, lines: Lines): AsyncIterable<string> {
  yield csvLine(columns);
  for await (const page of lines) yield page.map((line) => csvLine(cellsOf(line))).join('');
}
