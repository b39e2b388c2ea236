import { setImmediate as othersTurn } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import { formatAmount } from '../domain/money.ts';
import { eventIdParts } from '../eventSourcing/commit.ts';
import type { TransactionEntry } from '../projections/book/entry.ts';
import { firstDayOf, lastDayOf } from '../projections/months.ts';
import { fontOf } from './fontOf.ts';
import { layoutOf } from './pdfLayout.ts';
import { readFont } from './readFont.ts';
import type { Lines, Statement } from './statement.ts';

type Document = PDFKit.PDFDocument;

/** In points, on A4. */
const page = { width: 595.28, height: 841.89 };
const margin = 48;
const right = page.width - margin;
const bottom = page.height - 64;
const textSize = 8;
const rowGap = 5;
const ink = '#1a1a1a';
const faint = '#666666';
const rule = '#cccccc';

const columns = {
  date: { title: 'Date', x: margin, width: 52, align: 'left' },
  number: { title: 'No.', x: margin + 54, width: 36, align: 'right' },
  description: { title: 'Description', x: margin + 98, width: 190, align: 'left' },
  out: { title: 'Out', x: right - 204, width: 64, align: 'right' },
  in: { title: 'In', x: right - 137, width: 64, align: 'right' },
  balance: { title: 'Balance', x: right - 70, width: 70, align: 'right' },
} as const;
type Column = (typeof columns)[keyof typeof columns];

const titles: Readonly<Record<TransactionEntry['type'], string>> = {
  deposit: 'Deposit',
  withdrawal: 'Withdrawal',
  capture: 'Payment',
  reversal: 'Reversal',
  transferOut: 'Transfer to',
  transferIn: 'Transfer from',
  transferReturned: 'Transfer returned by',
};

/** A description: the lines that fit into the column, and the one that people wrote, which may be longer. */
const descriptionOf = ({ type, counterparty, reverses, reference }: TransactionEntry) => ({
  lines: [
    reverses === undefined ? titles[type] : `${titles[type]} of No. ${eventIdParts(reverses).version}`,
    ...(counterparty === undefined ? [] : [counterparty]),
  ],
  reference,
});

/** Brings the fonts that some texts need and that the document does not have yet. */
const bringFonts = async (doc: Document, had: Set<string>, texts: Iterable<string>): Promise<void> => {
  for (const name of new Set(Array.from(texts, fontOf))) {
    if (had.has(name)) continue;
    had.add(name);
    doc.registerFont(name, await readFont(name));
  }
};

const plain = /^[\x20-\x7e]*$/;

/** Draws with the font that a text needs, and how the text is to be laid out. */
const inFontOf = <Result>(
  doc: Document,
  text: string,
  draw: (options: PDFKit.Mixins.TextOptions) => Result,
): Result => {
  // Most texts, and nothing to look for.
  if (plain.test(text)) return draw({});
  doc.font(fontOf(text));
  const result = draw(layoutOf(doc, text));
  doc.font('standard');
  return result;
};

/** Writes one line, smaller where it is wider than its column, as an amount of 15 digits is. */
const write = (doc: Document, text: string, { x, width, align }: Column, y: number): void =>
  inFontOf(doc, text, (options) => {
    doc.fontSize(textSize);
    const own = doc.widthOfString(text, options);
    const size = own > width ? (textSize * width) / own : textSize;
    const left = align === 'right' ? x + width - (own * size) / textSize : x;
    doc.fontSize(size).text(text, left, y, { lineBreak: false, ...options });
  });

const drawRule = (doc: Document, y: number): void => {
  doc.moveTo(margin, y).lineTo(right, y).lineWidth(0.5).strokeColor(rule).stroke();
};

/** Returns where the first line goes. */
const drawColumns = (doc: Document, y: number): number => {
  doc.fillColor(faint);
  for (const column of Object.values(columns)) write(doc, column.title, column, y);
  drawRule(doc, y + 13);
  doc.fillColor(ink);
  return y + 18;
};

const drawSummary = (doc: Document, statement: Statement, y: number): number => {
  const { currency, opening, closing, in: received, out, lines } = statement;
  const rows = [
    ['Opening balance', formatAmount(opening, currency)],
    ['In', formatAmount(received, currency)],
    ['Out', formatAmount(out, currency)],
    ['Closing balance', formatAmount(closing, currency)],
    ['Transactions', String(lines)],
  ] as const;
  doc.fontSize(9);
  for (const [index, [title, value]] of rows.entries()) {
    const at = y + index * 14;
    doc.fillColor(faint).text(title, margin, at, { lineBreak: false });
    doc.fillColor(ink).text(value, margin + 100, at, { width: 190, align: 'right', lineBreak: false });
  }
  return y + rows.length * 14;
};

const drawHead = (doc: Document, statement: Statement): number => {
  const { accountId, owner, month, currency, timeZone, isProvisional, asOf } = statement;
  doc.fillColor(ink).fontSize(18).text('Account statement', margin, margin, { lineBreak: false });
  doc.fontSize(11).text(month, margin, margin + 4, { width: right - margin, align: 'right', lineBreak: false });
  doc.fontSize(9);
  if (owner !== undefined) {
    inFontOf(doc, owner, (layout) => doc.text(owner, margin, margin + 34, { width: right - margin, ...layout }));
  }
  const about = [
    `Account ${accountId}, in ${currency}`,
    `${firstDayOf(month)} to ${lastDayOf(month)}, time zone ${timeZone}`,
    ...(isProvisional ? [`Provisional, as of ${asOf}: further transactions may follow`] : []),
  ];
  doc.fillColor(faint).text(about.join('\n'), margin, owner === undefined ? margin + 34 : doc.y + 2);
  return drawSummary(doc, statement, doc.y + 12) + 16;
};

const drawFeet = (doc: Document, { accountId, month }: Statement): void => {
  const { start, count } = doc.bufferedPageRange();
  for (let index = 0; index < count; index += 1) {
    doc.switchToPage(start + index);
    doc.fillColor(faint).fontSize(7);
    const y = page.height - 40;
    doc.text(`${accountId} · ${month}`, margin, y, { lineBreak: false });
    const place = `Page ${index + 1} of ${count}`;
    doc.text(place, margin, y, { width: right - margin, align: 'right', lineBreak: false });
  }
};

const drawLine = (doc: Document, { dayOf, currency }: Statement, line: TransactionEntry, from: number): number => {
  const { isIn, amount, balanceAfter, occurredAt, version } = line;
  const { lines, reference } = descriptionOf(line);
  const { description } = columns;
  const lineHeight = doc.fontSize(textSize).currentLineHeight(true);
  // Wrapping takes most of the time, and few references need it.
  const wrapped = (text: string) =>
    inFontOf(doc, text, (layout) => {
      const options = { width: description.width, ...layout };
      return doc.widthOfString(text, layout) > description.width ? doc.heightOfString(text, options) : undefined;
    });
  const wrappedHeight = reference === null ? undefined : wrapped(reference);
  const referenceHeight = reference === null ? 0 : (wrappedHeight ?? lineHeight);
  const height = lines.length * lineHeight + referenceHeight;
  let y = from;
  if (y + height > bottom) {
    doc.addPage();
    y = drawColumns(doc, margin);
  }
  write(doc, dayOf(occurredAt), columns.date, y);
  write(doc, String(version), columns.number, y);
  write(doc, formatAmount(amount.minor, currency), isIn ? columns.in : columns.out, y);
  write(doc, formatAmount(balanceAfter, currency), columns.balance, y);
  for (const [index, text] of lines.entries()) write(doc, text, description, y + index * lineHeight);
  const below = y + lines.length * lineHeight;
  if (reference === null) return y + height + rowGap;
  if (wrappedHeight === undefined) write(doc, reference, description, below);
  else {
    inFontOf(doc, reference, (layout) =>
      doc.fontSize(textSize).text(reference, description.x, below, { width: description.width, ...layout }),
    );
  }
  return y + height + rowGap;
};

/** So many lines are drawn before other requests get their turn. */
const linesAtOnce = 100;

export async function* writePdf(statement: Statement, lines: Lines): AsyncIterable<Uint8Array> {
  const { month, accountId, asOf } = statement;
  const doc = new PDFDocument({
    size: 'A4',
    // Nothing here runs over the end of a page: each line begins a new one where it has to.
    margins: { top: margin, left: margin, right: margin, bottom: 0 },
    // None yet: the first that it would take is not embedded.
    font: '',
    bufferPages: true,
    lang: 'en',
    displayTitle: true,
    // The same statement is the same file.
    info: { Title: `Statement ${month} of account ${accountId}`, CreationDate: new Date(asOf) },
  });
  const chunks: Uint8Array[] = [];
  doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const written = new Promise((resolve, reject) => doc.once('end', resolve).once('error', reject));

  const fonts = new Set<string>();
  await bringFonts(doc, fonts, ['', statement.owner ?? '']);
  doc.font('standard');
  let y = drawColumns(doc, drawHead(doc, statement));
  for await (const each of lines) {
    await bringFonts(
      doc,
      fonts,
      each.map(({ reference }) => reference ?? ''),
    );
    for (const [index, line] of each.entries()) {
      if (index % linesAtOnce === 0) await othersTurn();
      y = drawLine(doc, statement, line, y);
    }
  }
  drawFeet(doc, statement);
  doc.end();
  await written;
  yield* chunks;
}
