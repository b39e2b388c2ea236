import { ruleFormat, type RuleConfig } from './ruleConfig.ts';
import { correlationMatcher } from './correlationFilter.ts';
import type { Content, Envelope } from '../broker/message.ts';
import { sqlAction, type Action } from './sqlAction.ts';
import { sqlMatcher } from './sqlFilter.ts';
import type { NewMessage } from '../broker/storedMessage.ts';

/** Selects messages for a subscription. A rule with an action delivers its own changed copy. */
export type Rule = {
  readonly name: string;
  readonly matches: (message: Envelope) => boolean;
  readonly action: Action | undefined;
};

/** The rule of a subscription without configured rules: it matches every message. */
export const catchAllRule: RuleConfig = {
  Name: '$Default',
  Properties: { FilterType: 'Sql', SqlFilter: { SqlExpression: '1=1', Parameters: {} } },
};

/** The schema of a rule whose expressions can be compiled. */
export const ruleSchema = ruleFormat.superRefine((rule, context) => {
  try {
    compileRule(rule);
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : String(error));
  }
});

/** Throws an error that names the mistake in the rule's expressions. */
export function compileRule({ Name, Properties }: RuleConfig): Rule {
  const { Action } = Properties;
  const matches =
    Properties.FilterType === 'Correlation'
      ? correlationMatcher(Properties.CorrelationFilter)
      : sqlMatcher(Properties.SqlFilter.SqlExpression, Properties.SqlFilter.Parameters);
  const action = Action?.SqlExpression ? sqlAction(Action.SqlExpression, Action.Parameters) : undefined;
  return { name: Name, matches, action };
}

/** The copies for a subscription: one for all matching rules without an action, and one per matching rule with one. */
export function applyRules(rules: readonly Rule[], envelope: Envelope, message: NewMessage): NewMessage[] {
  const matching = rules.filter(({ matches }) => matches(envelope));
  const actions = matching.flatMap(({ action }) => action ?? []);
  const plain = matching.length > actions.length ? [message] : [];
  return [...plain, ...actions.map((action) => changed(message, action(message.content, envelope)))];
}

function changed(message: NewMessage, content: Content): NewMessage {
  const { sessionId } = content.readEnvelope();
  return { ...message, content, ...(sessionId !== undefined && { sessionId }) };
}
