import type { Content, Envelope } from '../broker/message.ts';
import { systemProperty, type Expression } from './sqlExpressions.ts';
import { SqlParser, type Parameters } from './sqlFilter.ts';

/** Returns the content as the rule changes it. */
export type Action = (content: Content, envelope: Envelope) => Content;

type Statement = {
  readonly scope: string | undefined;
  readonly name: string;
  /** Undefined to remove the property. */
  readonly value: Expression | undefined;
};

/** Compiles a sequence of `SET property = expression` and `REMOVE property`. Throws an error for anything else. */
export function sqlAction(expression: string, parameters: Parameters = {}): Action {
  const parser = new SqlParser(expression, parameters, 'action');
  const statements: Statement[] = [];
  do {
    const verb = parser.word().toUpperCase();
    if (verb !== 'SET' && verb !== 'REMOVE') throw new Error(`SQL action: SET or REMOVE is expected, not '${verb}'.`);
    const { scope, name } = parser.property();
    // Fails here for an unknown property, not with the first message.
    if (scope === 'sys') systemProperty(name);
    if (scope === 'sys' && verb === 'REMOVE') throw new Error('SQL action: a system property cannot be removed.');
    if (verb === 'SET') parser.expect('=');
    statements.push({ scope, name, value: verb === 'SET' ? parser.sum() : undefined });
    while (parser.accept(';'));
  } while (!parser.isAtEnd);
  // Each statement sees the changes of the statements before it.
  return (content, envelope) =>
    statements.reduce(
      (state, statement) => {
        const next = apply(statement, state.content, state.envelope);
        return { content: next, envelope: next.readEnvelope() };
      },
      { content, envelope },
    ).content;
}

function apply({ scope, name, value }: Statement, content: Content, envelope: Envelope): Content {
  const result = value?.(envelope);
  if (scope !== 'sys') return content.withApplicationProperties(new Map([[name, result]]));
  return content.withProperty(systemProperty(name), result === undefined ? null : String(result));
}
