import { describe, expect, it } from 'vitest';
import { currency } from '../../domain/currency.ts';
import type { TransactionEntry } from '../../projections/book/entry.ts';
import { csvCell, writeCsv } from '../../statements/csv.ts';
import { allTypes, lineOf, pagesOf, statementOf, whole } from '../support/statement.ts';

describe('a cell', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+49 30', "'+49 30"],
    ['-5', "'-5"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', '"\'\rx"'],
    ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
  ])('that a spreadsheet would take for a formula is guarded: %j', (text, cell) => expect(csvCell(text)).toBe(cell));

  it.each([
    ['', ''],
    ['Rent', 'Rent'],
    ['1-2=3', '1-2=3'],
    [' =1', ' =1'],
    ['a,b', '"a,b"'],
    ['a "b"', '"a ""b"""'],
    ['a\nb', '"a\nb"'],
    ['Miete – 家賃', 'Miete – 家賃'],
  ])('is as RFC 4180 has it: %j', (text, cell) => expect(csvCell(text)).toBe(cell));
});

describe('a statement as CSV', () => {
  const linesOf = async (...pages: readonly (readonly TransactionEntry[])[]) =>
    (await whole(writeCsv(statementOf(), pagesOf(...pages)))).split('\r\n');

  it('has a header, a line for each transaction, and an end of line after each', async () => {
    const [header, ...lines] = await linesOf(allTypes.slice(0, 3), allTypes.slice(3));
    expect(header).toMatch(/^occurredAt,version,id,type,in,out,balance,currency,reference,/);
    expect(lines).toHaveLength(allTypes.length + 1);
    expect(lines.at(-1)).toBe('');
    expect(new Set(lines.slice(0, -1).map((line) => line.split(',').length))).toEqual(new Set([12]));
  });

  it('has amounts without a sign, in one column of two', async () => {
    const [, received, sent] = await linesOf([lineOf(), lineOf({ type: 'withdrawal', isIn: false })]);
    expect(received?.split(',').slice(4, 7)).toEqual(['0.01', '', '1.01']);
    expect(sent?.split(',').slice(4, 7)).toEqual(['', '0.01', '1.01']);
  });

  it.each([
    ['JPY', '12345'],
    ['EUR', '123.45'],
    ['KWD', '12.345'],
    ['CLF', '1.2345'],
  ])('has amounts with the decimals of their currency: %s', async (code, text) => {
    const amount = { minor: 12_345, currency: currency.parse(code) };
    const [, line] = await linesOf([lineOf({ amount, balanceAfter: 12_345 })]);
    expect(line?.split(',').slice(4, 8)).toEqual([text, '', text, code]);
  });
});
