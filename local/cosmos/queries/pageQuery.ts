import type { Json } from '../json.ts';
import type { PageLimits } from './evaluation/run.ts';

/** A query, and the page of it that a client asks for. */
export type PageQuery = {
  readonly text: string;
  readonly parameters: ReadonlyMap<string, Json>;
  /** The continuation token of the page before; undefined for the first page. */
  readonly token: string | undefined;
  readonly limits: PageLimits;
  /** In milliseconds. */
  readonly now: number;
};
