import type { DocumentPath } from '../../definitions/documentPath.ts';
import type { AggregateName, Query } from '../syntax/ast.ts';
import type { Evaluate } from './compile.ts';
import type { Bind } from './sources.ts';

export type SortPath = { readonly path: DocumentPath; readonly descending: boolean };

/** A query that is parsed, checked and compiled, to be run any number of times. */
export type PreparedQuery = {
  readonly query: Query;
  readonly parameterNames: ReadonlySet<string>;
  /** Of the whole query, takes the document under `documentName`. */
  readonly bind: Bind;
  readonly where: Evaluate | undefined;
  /** The row that is answered; undefined is no row at all. */
  readonly project: Evaluate;
  readonly orderBy: readonly SortPath[];
  readonly groupBy: readonly Evaluate[];
  readonly aggregates: readonly { readonly name: AggregateName; readonly argument: Evaluate }[];
  readonly counts: Readonly<Record<'top' | 'offset' | 'limit', Evaluate | undefined>>;
  /** Whether the first row can be known only after the last document: DISTINCT, GROUP BY and aggregates. */
  readonly isBlocking: boolean;
};
