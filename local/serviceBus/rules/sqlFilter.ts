import { randomUUID } from 'node:crypto';
import type { Envelope } from '../broker/message.ts';
import {
  and,
  calculate,
  compare,
  comparisonOperators,
  like,
  not,
  or,
  property,
  type Expression,
} from './sqlExpressions.ts';
import { tokenize, type Token } from './sqlTokens.ts';

/** Values for `@name` in an expression. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

/**
 * Compiles a filter in the service's SQL-92 dialect. Throws an error for syntax that it does not know. A message
 * does not match if the result is unknown.
 */
export function sqlMatcher(expression: string, parameters: Parameters = {}): (message: Envelope) => boolean {
  const predicate = new SqlParser(expression, parameters, 'filter').whole();
  return (message) => predicate(message) === true;
}

/** Parses filters, and the parts of actions. */
export class SqlParser {
  private readonly tokens: readonly Token[];
  private readonly parameters: Parameters;
  private readonly what: 'filter' | 'action';
  private position = 0;

  constructor(expression: string, parameters: Parameters, what: 'filter' | 'action') {
    this.tokens = tokenize(expression);
    this.parameters = parameters;
    this.what = what;
  }

  get isAtEnd(): boolean {
    return this.position >= this.tokens.length;
  }

  whole(): Expression {
    const expression = this.disjunction();
    if (!this.isAtEnd) throw this.unexpected();
    return expression;
  }

  /** Reads a word that is not a keyword of filters. */
  word(): string {
    const { scope, name } = this.property();
    if (scope !== undefined) throw this.unexpected();
    return name;
  }

  property(): { readonly scope: string | undefined; readonly name: string } {
    const token = this.tokens[this.position];
    if (token?.kind !== 'property') throw this.unexpected();
    this.position++;
    return token;
  }

  private disjunction(): Expression {
    let left = this.conjunction();
    while (this.accept('OR')) left = or(left, this.conjunction());
    return left;
  }

  private conjunction(): Expression {
    let left = this.negation();
    while (this.accept('AND')) left = and(left, this.negation());
    return left;
  }

  private negation(): Expression {
    return this.accept('NOT') ? not(this.negation()) : this.comparison();
  }

  private comparison(): Expression {
    if (this.accept('EXISTS')) return this.exists();
    const left = this.sum();
    const operator = this.acceptAny(comparisonOperators);
    if (operator !== undefined) return compare(operator, left, this.sum());
    if (this.accept('IS')) return this.isNull(left);
    const negated = this.accept('NOT');
    const test = this.membership(left) ?? this.likeness(left);
    if (!test && negated) throw this.unexpected();
    if (!test) return left;
    return negated ? not(test) : test;
  }

  private exists(): Expression {
    this.expect('(');
    const property = this.primary();
    this.expect(')');
    return (message) => property(message) !== undefined;
  }

  private isNull(operand: Expression): Expression {
    const negated = this.accept('NOT');
    this.expect('NULL');
    return (message) => (operand(message) === undefined) !== negated;
  }

  private membership(left: Expression): Expression | undefined {
    if (!this.accept('IN')) return undefined;
    this.expect('(');
    let test = compare('=', left, this.sum());
    while (this.accept(',')) test = or(test, compare('=', left, this.sum()));
    this.expect(')');
    return test;
  }

  private likeness(left: Expression): Expression | undefined {
    if (!this.accept('LIKE')) return undefined;
    const pattern = this.sum();
    const escape = this.accept('ESCAPE') ? this.primary() : () => undefined;
    return like(left, pattern, escape);
  }

  sum(): Expression {
    let left = this.product();
    for (let sign = this.acceptAny(['+', '-']); sign !== undefined; sign = this.acceptAny(['+', '-'])) {
      left = calculate(sign, left, this.product());
    }
    return left;
  }

  private product(): Expression {
    let left = this.factor();
    for (let sign = this.acceptAny(['*', '/', '%']); sign !== undefined; sign = this.acceptAny(['*', '/', '%'])) {
      left = calculate(sign, left, this.factor());
    }
    return left;
  }

  private factor(): Expression {
    if (this.accept('-')) return calculate('-', () => 0, this.factor());
    return this.accept('+') ? this.factor() : this.primary();
  }

  private primary(): Expression {
    if (this.accept('(')) {
      const inner = this.disjunction();
      this.expect(')');
      return inner;
    }
    if (this.accept('TRUE')) return () => true;
    if (this.accept('FALSE')) return () => false;
    const token = this.tokens[this.position];
    if (token?.kind === 'property') {
      this.position++;
      return this.accept('(') ? this.call(token.name) : property(token.scope, token.name);
    }
    if (token?.kind === 'parameter') return this.parameter(token.name);
    if (token?.kind !== 'number' && token?.kind !== 'string') throw this.unexpected();
    this.position++;
    return () => token.value;
  }

  private call(name: string): Expression {
    const called = name.toLowerCase();
    if (called === 'newid') {
      this.expect(')');
      return () => randomUUID();
    }
    if (called !== 'property' && called !== 'p') throw new Error(`SQL ${this.what}: there is no function '${name}'.`);
    const token = this.tokens[this.position++];
    if (token?.kind !== 'string') throw new Error(`SQL ${this.what}: ${name} takes the name of a property in quotes.`);
    this.expect(')');
    const [, scope, rest = ''] = /^(?:(sys|user)\.)?(.*)$/is.exec(token.value) ?? [];
    return property(scope?.toLowerCase(), rest);
  }

  private parameter(name: string): Expression {
    const value = this.parameters[`@${name}`] ?? this.parameters[name];
    if (value === undefined) throw new Error(`SQL ${this.what}: the parameter @${name} has no value.`);
    this.position++;
    return () => value;
  }

  accept(value: string): boolean {
    const token = this.tokens[this.position];
    const isIt = (token?.kind === 'word' || token?.kind === 'symbol') && token.value === value;
    if (isIt) this.position++;
    return isIt;
  }

  private acceptAny(values: readonly string[]): string | undefined {
    return values.find((value) => this.accept(value));
  }

  expect(value: string): void {
    if (!this.accept(value)) throw this.unexpected();
  }

  private unexpected(): Error {
    const token = this.tokens[this.position];
    const what = token && ('value' in token ? String(token.value) : token.name);
    return new Error(
      `SQL ${this.what}: ${what === undefined ? 'unexpected end' : `'${what}' is not expected or not supported here`}.`,
    );
  }
}
