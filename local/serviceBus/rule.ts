import type { RuleConfig } from './config.ts';
import { correlationMatcher, type Matcher } from './correlationFilter.ts';
import { sqlMatcher } from './sqlFilter.ts';

/** Lets messages into a subscription. A rule that also changes them would deliver a copy of its own. */
export type Rule = { readonly name: string; readonly matches: Matcher };

/** What a subscription has that was given no rules: every message matches. */
export const catchAll: Rule = { name: '$Default', matches: () => true };

export function compileRule({ Name, Properties }: RuleConfig): Rule {
  const matches =
    Properties.FilterType === 'Correlation'
      ? correlationMatcher(Properties.CorrelationFilter)
      : sqlMatcher(Properties.SqlFilter.SqlExpression);
  return { name: Name, matches };
}
