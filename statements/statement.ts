import type { Currency } from '../domain/currency.ts';
import type { TransactionEntry } from '../projections/book/entry.ts';

/** What a statement says beside its lines. Money is in minor units; sums may have more digits than a number holds. */
export type Statement = {
  readonly accountId: string;
  /** Such as 2026-11. */
  readonly month: string;
  readonly currency: Currency;
  readonly opening: number;
  readonly closing: number;
  readonly in: bigint;
  readonly out: bigint;
  /** The number of its lines. */
  readonly lines: number;
  /** Whether lines may still be missing. */
  readonly isProvisional: boolean;
  /** Its first instant, and the first one after it. */
  readonly from: string;
  readonly until: string;
  /** When its content was settled, or, of a provisional one, when it was asked for. */
  readonly asOf: string;
  /** The name of the account's owner, if it is known. */
  readonly owner: string | undefined;
  /** The IANA name of the zone whose month it is, and the day of an instant there. */
  readonly timeZone: string;
  readonly dayOf: (instant: string) => string;
};

/** Its lines, oldest first, in pages: a renderer holds one of them at a time. */
export type Lines = AsyncIterable<readonly TransactionEntry[]>;
