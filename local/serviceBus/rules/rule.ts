import type { RuleConfig } from './ruleConfig.ts';
import { correlationMatcher, type Matcher } from './correlationFilter.ts';
import { envelopeOf, type Envelope } from '../broker/message.ts';
import { sqlAction, type Action } from './sqlAction.ts';
import { sqlMatcher } from './sqlFilter.ts';
import type { NewMessage } from '../broker/storedMessage.ts';

/** Lets messages into a subscription. A rule that also changes them delivers a copy of its own. */
export type Rule = { readonly name: string; readonly matches: Matcher; readonly action: Action | undefined };

/** What a subscription has that was given no rules: every message matches. */
export const catchAllRule: RuleConfig = {
  Name: '$Default',
  Properties: { FilterType: 'Sql', SqlFilter: { SqlExpression: '1=1', Parameters: {} } },
};

/** Throws an error that says what is wrong with the rule's expressions. */
export function compileRule({ Name, Properties }: RuleConfig): Rule {
  const { Action } = Properties;
  const matches =
    Properties.FilterType === 'Correlation'
      ? correlationMatcher(Properties.CorrelationFilter)
      : sqlMatcher(Properties.SqlFilter.SqlExpression, Properties.SqlFilter.Parameters);
  const action = Action?.SqlExpression ? sqlAction(Action.SqlExpression, Action.Parameters) : undefined;
  return { name: Name, matches, action };
}

/** The copies that rules let in: one for all that change nothing, and one for each that does. */
export function applyRules(rules: readonly Rule[], envelope: Envelope, message: NewMessage): NewMessage[] {
  const matching = rules.filter(({ matches }) => matches(envelope));
  const actions = matching.flatMap(({ action }) => action ?? []);
  const plain = matching.length > actions.length ? [message] : [];
  return [...plain, ...actions.map((action) => changed(message, action(message.bare, envelope)))];
}

function changed(message: NewMessage, bare: Buffer): NewMessage {
  const { sessionId } = envelopeOf(bare);
  return { ...message, bare, ...(sessionId !== undefined && { sessionId }) };
}
