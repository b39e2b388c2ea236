import type { DocumentPath } from '../../definitions/documentPath.ts';
import type { AggregateName, Query } from '../syntax/ast.ts';
import type { Evaluate } from './compile.ts';
import type { Bind } from './sources.ts';

export type SortPath = { readonly path: DocumentPath; readonly descending: boolean };

/** A query that is parsed, checked and compiled; it can run any number of times. */
export type PreparedQuery = {
  readonly query: Query;
  readonly parameterNames: ReadonlySet<string>;
  /** Evaluates the FROM clause. In the outermost query it finds the document under `documentName`. */
  readonly bind: Bind;
  readonly where: Evaluate | undefined;
  /** Computes the row of the result; undefined means no row. */
  readonly project: Evaluate;
  readonly orderBy: readonly SortPath[];
  readonly groupBy: readonly Evaluate[];
  readonly aggregates: readonly { readonly name: AggregateName; readonly argument: Evaluate }[];
  readonly counts: Readonly<Record<'top' | 'offset' | 'limit', Evaluate | undefined>>;
  /** Whether the first row can be known only after the last document: DISTINCT, GROUP BY and aggregates. */
  readonly isBlocking: boolean;
};
