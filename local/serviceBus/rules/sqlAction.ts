import type { AmqpValue } from '../amqp/decode.ts';
import * as encode from '../amqp/encode.ts';
import { envelopeOf, withApplicationProperties, withProperty, type Envelope } from '../broker/message.ts';
import { systemProperty, type Expression, type Value } from './sqlExpressions.ts';
import { SqlParser, type Parameters } from './sqlFilter.ts';

/** Gives the bare message as the rule changes it. */
export type Action = (bare: Buffer, envelope: Envelope) => Buffer;

type Statement = {
  readonly scope: string | undefined;
  readonly name: string;
  /** Undefined where the property is removed. */
  readonly value: Expression | undefined;
};

/** `SET property = expression` and `REMOVE property`, one after the other; throws an error for anything else. */
export function sqlAction(expression: string, parameters: Parameters = {}): Action {
  const parser = new SqlParser(expression, parameters, 'action');
  const statements: Statement[] = [];
  do {
    const verb = parser.word().toUpperCase();
    if (verb !== 'SET' && verb !== 'REMOVE') throw new Error(`SQL action: SET or REMOVE is expected, not '${verb}'.`);
    const { scope, name } = parser.property();
    // Fails now rather than with the first message.
    if (scope === 'sys') systemProperty(name);
    if (scope === 'sys' && verb === 'REMOVE') throw new Error('SQL action: a system property cannot be removed.');
    if (verb === 'SET') parser.expect('=');
    statements.push({ scope, name, value: verb === 'SET' ? parser.sum() : undefined });
    while (parser.accept(';'));
  } while (!parser.isAtEnd);
  // Each statement sees what those before it did.
  return (bare, envelope) =>
    statements.reduce(
      (state, statement) => {
        const next = apply(statement, state.bare, state.envelope);
        return { bare: next, envelope: envelopeOf(next) };
      },
      { bare, envelope },
    ).bare;
}

function apply({ scope, name, value }: Statement, bare: Buffer, envelope: Envelope): Buffer {
  const result = value?.(envelope);
  if (scope !== 'sys') return withApplicationProperties(bare, new Map([[name, amqpValue(result)]]));
  return withProperty(bare, systemProperty(name), result === undefined ? encode.nil : encode.string(String(result)));
}

const amqpValue = (value: Value): AmqpValue | undefined => value;
