import type { Value } from '../values.ts';

export type BinaryOperator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '>>>'
  | '??';

export type AggregateName = 'COUNT' | 'SUM' | 'MIN' | 'MAX' | 'AVG';

export type Expression =
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'identifier'; readonly name: string }
  | { readonly kind: 'member'; readonly object: Expression; readonly property: Expression }
  | { readonly kind: 'unary'; readonly operator: 'NOT' | '-' | '+' | '~'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'logical'; readonly operator: 'AND' | 'OR'; readonly operands: readonly Expression[] }
  | {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  | { readonly kind: 'in'; readonly value: Expression; readonly candidates: readonly Expression[] }
  | { readonly kind: 'between'; readonly value: Expression; readonly low: Expression; readonly high: Expression }
  | {
      readonly kind: 'like';
      readonly value: Expression;
      readonly pattern: Expression;
      readonly escape: Expression | undefined;
    }
  | { readonly kind: 'array'; readonly elements: readonly Expression[] }
  | { readonly kind: 'object'; readonly properties: readonly (readonly [name: string, value: Expression])[] }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'aggregate'; readonly name: AggregateName; readonly argument: Expression }
  /** A subquery as a value (its only row), as a test (whether it has rows), or as an array (all rows). */
  | { readonly kind: 'subquery'; readonly as: 'value' | 'exists' | 'array'; readonly query: Query };

export type Selection =
  | { readonly kind: 'all' }
  | { readonly kind: 'value'; readonly expression: Expression }
  | {
      readonly kind: 'columns';
      readonly columns: readonly { readonly name: string; readonly expression: Expression }[];
    };

/** The collection of a source: a path from a root, or the rows of a subquery. */
export type Collection =
  | { readonly kind: 'path'; readonly root: string; readonly path: readonly Expression[] }
  | { readonly kind: 'subquery'; readonly query: Query };

/** `collection AS alias`, or `alias IN collection`, which takes each element of an array. */
export type Source = {
  readonly collection: Collection;
  readonly isOfElements: boolean;
  /** Only a subquery may have no alias. */
  readonly alias: string | undefined;
};

export type SortKey = { readonly expression: Expression; readonly descending: boolean };

export type Query = {
  readonly distinct: boolean;
  readonly top: Expression | undefined;
  readonly selection: Selection;
  /** The first source, and those that are joined to it. In the outermost query, the first root is the document. */
  readonly from: readonly Source[];
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
  readonly orderBy: readonly SortKey[];
  readonly offset: Expression | undefined;
  readonly limit: Expression | undefined;
};
