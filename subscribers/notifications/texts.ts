import { decimalsOf } from '../../domain/currency.ts';
import { formatAmount, type Money } from '../../domain/money.ts';
import { bankCalendar } from '../../projections/bankTimeZone.ts';

/** An amount as people write it: "€1,234.56". */
export const amountText = ({ minor, currency }: Money): string => {
  const decimals = decimalsOf(currency);
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  // A text is formatted exactly, whatever its length.
  return new Intl.NumberFormat('en', { style: 'currency', currency, ...digits }).format(
    formatAmount(minor, currency) as `${number}`,
  );
};

const time = new Intl.DateTimeFormat('en-GB', {
  ...({ day: 'numeric', month: 'long', year: 'numeric' } as const),
  ...({ hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const),
  timeZone: bankCalendar.timeZone,
});

/** An instant in the bank's time zone: "28 November 2026 at 23:59 UTC". */
export const timeText = (instant: string): string => time.format(Date.parse(instant));

/** Characters that would begin another line, of a text or of a header. */
const lineEnds = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

/** Text by people on one line. What is stored was checked by the rules of its time. */
export const oneLine = (text: string): string => text.replace(lineEnds, ' ').trim();

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as HTML, also within quotes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');
