import { badRequest } from '../../errors.ts';
import { isObject, type Json } from '../../json.ts';
import { builtIns, isUnsupported } from '../builtIns/builtIns.ts';
import { likeMatcher } from '../builtIns/like.ts';
import type { Expression, Query } from '../syntax/ast.ts';
import { equals, type Value } from '../values.ts';
import { binaryOperators, not } from './operators.ts';

/** The context in which an expression is evaluated. */
export type Environment = {
  /** The values that the FROM clause has bound, by alias. */
  readonly row: Readonly<Record<string, Value>>;
  readonly parameters: ReadonlyMap<string, Value>;
  /** The results of the query's aggregates, in the order in which they were compiled. */
  readonly aggregates: readonly Value[];
  readonly now: number;
  /** How many more rows the query may examine before it is refused. */
  readonly effort: { left: number };
};

export type Evaluate = (environment: Environment) => Value;

/** The names that an expression may use while it is compiled. */
export type Scope = {
  readonly aliases: ReadonlySet<string>;
  /** Records a parameter, so that a query without a value for it can be refused. */
  readonly parameter: (name: string) => void;
  /** Registers an aggregate and returns its position, or throws where aggregates are not allowed. */
  readonly aggregate: (expression: Expression & { kind: 'aggregate' }) => number;
  /** Compiles a subquery into a function that returns its rows. */
  readonly subquery: (query: Query) => (environment: Environment) => Iterable<Json>;
};

/** Turns an expression into a function; throws 400 for names and functions that do not exist. */
export const compile = (expression: Expression, scope: Scope): Evaluate => {
  const sub = (part: Expression): Evaluate => compile(part, scope);
  switch (expression.kind) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'parameter': {
      const { name } = expression;
      scope.parameter(name);
      return ({ parameters }) => parameters.get(name);
    }
    case 'identifier': {
      const { name } = expression;
      if (!scope.aliases.has(name)) throw badRequest(`Identifier '${name}' could not be resolved.`);
      return ({ row }) => row[name];
    }
    case 'member':
      return compileMember(sub(expression.object), sub(expression.property));
    case 'unary':
      return compileUnary(expression.operator, sub(expression.operand));
    case 'binary': {
      const apply = binaryOperators[expression.operator];
      const left = sub(expression.left);
      const right = sub(expression.right);
      return (environment) => apply(left(environment), right(environment));
    }
    case 'logical':
      return compileLogical(expression.operator === 'AND', expression.operands.map(sub));
    case 'conditional': {
      const test = sub(expression.test);
      const then = sub(expression.then);
      const otherwise = sub(expression.otherwise);
      return (environment) => (test(environment) === true ? then(environment) : otherwise(environment));
    }
    case 'in':
      return compileIn(sub(expression.value), expression.candidates.map(sub));
    case 'between': {
      const { value, low, high } = expression;
      return sub({
        kind: 'logical',
        operator: 'AND',
        operands: [
          { kind: 'binary', operator: '>=', left: value, right: low },
          { kind: 'binary', operator: '<=', left: value, right: high },
        ],
      });
    }
    case 'like':
      return compileLike(sub(expression.value), sub(expression.pattern), expression.escape && sub(expression.escape));
    case 'array': {
      const elements = expression.elements.map(sub);
      return (environment) =>
        elements.map((element) => element(environment)).filter((element) => element !== undefined);
    }
    case 'object':
      return compileObject(expression.properties.map(([name, value]) => [name, sub(value)]));
    case 'call':
      return compileCall(expression.name, expression.arguments.map(sub));
    case 'aggregate': {
      const position = scope.aggregate(expression);
      return ({ aggregates }) => aggregates[position];
    }
    case 'subquery':
      return compileSubquery(expression.as, scope.subquery(expression.query));
  }
};

const compileSubquery = (
  as: 'value' | 'exists' | 'array',
  rows: (environment: Environment) => Iterable<Json>,
): Evaluate => {
  if (as === 'array') return (environment) => Array.from(rows(environment));
  if (as === 'exists') return (environment) => rows(environment)[Symbol.iterator]().next().done !== true;
  return (environment) => {
    // Both are [believed]: several rows are an error, and no row is undefined.
    const [first, ...others] = rows(environment);
    if (others.length === 0) return first;
    throw badRequest('The cardinality of a scalar subquery result set cannot be greater than one.');
  };
};

const compileMember =
  (object: Evaluate, property: Evaluate): Evaluate =>
  (environment) => {
    const owner = object(environment);
    const name = property(environment);
    if (Array.isArray(owner)) return typeof name === 'number' ? owner[name] : undefined;
    return isObject(owner) && typeof name === 'string' && Object.hasOwn(owner, name) ? owner[name] : undefined;
  };

const compileUnary = (operator: 'NOT' | '-' | '+' | '~', operand: Evaluate): Evaluate => {
  if (operator === 'NOT') return (environment) => not(operand(environment));
  const apply = { '-': (x: number) => -x, '+': (x: number) => x, '~': (x: number) => ~x }[operator];
  return (environment) => {
    const value = operand(environment);
    return typeof value === 'number' ? apply(value) : undefined;
  };
};

/** Three-valued logic: one false decides an AND and one true decides an OR, even if other operands are undefined. */
const compileLogical =
  (isAnd: boolean, operands: readonly Evaluate[]): Evaluate =>
  (environment) => {
    let result: Value = isAnd;
    for (const operand of operands) {
      const value = operand(environment);
      if (value === !isAnd) return value;
      if (value !== isAnd) result = undefined;
    }
    return result;
  };

const compileIn =
  (value: Evaluate, candidates: readonly Evaluate[]): Evaluate =>
  (environment) => {
    const sought = value(environment);
    if (sought === undefined) return undefined;
    return candidates.some((candidate) => equals(sought, candidate(environment)) === true);
  };

const compileLike = (value: Evaluate, pattern: Evaluate, escape: Evaluate | undefined): Evaluate => {
  // The pattern is nearly always the same for all rows, so its matcher is kept.
  let matches = likeMatcher('');
  let matched: readonly [Value, Value] = ['', undefined];
  return (environment) => {
    const text = value(environment);
    const like = pattern(environment);
    const escapedBy = escape?.(environment);
    if (typeof text !== 'string' || typeof like !== 'string') return undefined;
    if (matched[0] !== like || matched[1] !== escapedBy) {
      matches = likeMatcher(like, typeof escapedBy === 'string' ? escapedBy : undefined);
      matched = [like, escapedBy];
    }
    return matches(text);
  };
};

const compileObject =
  (properties: readonly (readonly [string, Evaluate])[]): Evaluate =>
  (environment) => {
    const entries: [string, Exclude<Value, undefined>][] = [];
    for (const [name, evaluate] of properties) {
      const value = evaluate(environment);
      if (value !== undefined) entries.push([name, value]);
    }
    // An assignment would fail for a property that is called `__proto__`.
    return Object.fromEntries(entries);
  };

const compileCall = (name: string, values: readonly Evaluate[]): Evaluate => {
  const builtIn = builtIns.get(name);
  if (isUnsupported(name)) throw badRequest(`The function '${name}' is not supported.`);
  if (builtIn === undefined) throw badRequest(`'${name}' is not a recognized built-in function name.`);
  if (values.length < builtIn.fewest || values.length > builtIn.most) {
    throw badRequest(`The function '${name}' cannot be called with ${values.length} arguments.`);
  }
  return (environment) =>
    builtIn.apply(
      values.map((value) => value(environment)),
      environment.now,
    );
};
