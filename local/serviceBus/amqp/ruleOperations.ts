import { z } from 'zod';
import type { SubscriptionDefinition } from '../definitions/definitions.ts';
import { entityNotFound, notAllowed } from '../broker/errors.ts';
import { ruleSchema } from '../rules/rule.ts';
import type { RuleConfig } from '../rules/ruleConfig.ts';
import type { Value } from '../broker/value.ts';
import * as encode from './encode.ts';
import { AmqpError } from './errors.ts';
import { nothingFound, ok, type ManagementOperation, type ManagementRequest } from './managementRequest.ts';

const maxRules = 2000;

const maybeText = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);
/** Turns an AMQP map into an object. */
const record = z.map(z.string(), z.unknown()).transform((map): Record<string, unknown> => Object.fromEntries(map));
const correlation = record.pipe(
  z.object({
    'correlation-id': maybeText,
    'message-id': maybeText,
    to: maybeText,
    'reply-to': maybeText,
    label: maybeText,
    'session-id': maybeText,
    'reply-to-session-id': maybeText,
    'content-type': maybeText,
    properties: record.nullish(),
  }),
);
const expression = record.pipe(z.object({ expression: z.string() }));
const addition = z.object({
  'rule-name': z.string(),
  'rule-description': record.pipe(
    z.object({
      'sql-filter': expression.nullish(),
      'correlation-filter': correlation.nullish(),
      'sql-rule-action': expression.nullish(),
    }),
  ),
});

/** The operations on the rules of a subscription, by name without the prefix `com.microsoft:`. */
export const ruleOperations: readonly (readonly [string, ManagementOperation])[] = [
  ['add-rule', { kind: 'rules', run: addRule }],
  ['remove-rule', { kind: 'rules', run: removeRule }],
  ['enumerate-rules', { kind: 'rules', run: enumerateRules }],
];

function addRule(request: ManagementRequest) {
  const subscription = subscriptionOf(request);
  const given = addition.parse(request.args);
  const name = given['rule-name'];
  if (subscription.Rules.some(({ Name }) => Name.toLowerCase() === name.toLowerCase())) {
    throw new AmqpError('com.microsoft:entity-already-exists', `There is a rule '${name}' already.`);
  }
  if (subscription.Rules.length >= maxRules) {
    throw new AmqpError('amqp:resource-limit-exceeded', `A subscription has at most ${maxRules} rules.`);
  }
  const rule = ruleSchema.parse({ Name: name, Properties: ruleProperties(given['rule-description']) });
  request.peer.service.broker.put({ ...subscription, Rules: [...subscription.Rules, rule] }, request.now);
  return ok();
}

function ruleProperties(description: z.output<typeof addition>['rule-description']): object {
  const action = description['sql-rule-action'];
  const Action = action && { SqlExpression: action.expression };
  const sql = description['sql-filter'];
  if (sql) return { FilterType: 'Sql', SqlFilter: { SqlExpression: sql.expression }, Action: Action ?? undefined };
  const filter = description['correlation-filter'];
  return {
    FilterType: 'Correlation',
    CorrelationFilter: {
      CorrelationId: filter?.['correlation-id'],
      MessageId: filter?.['message-id'],
      To: filter?.to,
      ReplyTo: filter?.['reply-to'],
      Label: filter?.label,
      SessionId: filter?.['session-id'],
      ReplyToSessionId: filter?.['reply-to-session-id'],
      ContentType: filter?.['content-type'],
      Properties: filter?.properties ?? {},
    },
    Action: Action ?? undefined,
  };
}

function removeRule(request: ManagementRequest) {
  const subscription = subscriptionOf(request);
  const name = z.object({ 'rule-name': z.string() }).parse(request.args)['rule-name'].toLowerCase();
  const Rules = subscription.Rules.filter(({ Name }) => Name.toLowerCase() !== name);
  if (Rules.length === subscription.Rules.length) {
    throw entityNotFound(name);
  }
  request.peer.service.broker.put({ ...subscription, Rules }, request.now);
  return ok();
}

function enumerateRules(request: ManagementRequest) {
  const { skip, top } = z.object({ skip: z.int().min(0), top: z.int().min(1) }).parse(request.args);
  const rules = subscriptionOf(request).Rules.slice(skip, skip + top);
  if (rules.length === 0) return nothingFound;
  return ok(
    'rules',
    encode.list(rules.map((rule) => encode.map([encode.string('rule-description'), encodeRule(rule)]))),
  );
}

const codes = {
  rule: 1335734829060,
  sql: 83483426822,
  correlation: 83483426825,
  noAction: 1335734829061,
  action: 1335734829062,
};

function encodeRule({ Name, Properties }: RuleConfig): Buffer {
  const { Action } = Properties;
  const filter =
    Properties.FilterType === 'Sql'
      ? encode.describedLong(
          codes.sql,
          encode.list([encode.string(Properties.SqlFilter.SqlExpression), encode.int(20)]),
        )
      : encode.describedLong(codes.correlation, encode.list(correlationFields(Properties.CorrelationFilter)));
  const action = Action?.SqlExpression
    ? encode.describedLong(codes.action, encode.list([encode.string(Action.SqlExpression), encode.int(20)]))
    : encode.describedLong(codes.noAction, encode.list([]));
  return encode.describedLong(codes.rule, encode.list([filter, action, encode.string(Name)]));
}

function correlationFields(
  filter: Extract<RuleConfig['Properties'], { FilterType: 'Correlation' }>['CorrelationFilter'],
): Buffer[] {
  const { CorrelationId, MessageId, To, ReplyTo, Label, SessionId, ReplyToSessionId, ContentType } = filter;
  const texts = [CorrelationId, MessageId, To, ReplyTo, Label, SessionId, ReplyToSessionId, ContentType];
  const properties = Object.entries(filter.Properties).flatMap(([key, value]: [string, Value]) => [
    encode.string(key),
    encode.scalar(value),
  ]);
  return [...texts.map((text) => (text === undefined ? encode.nil : encode.string(text))), encode.map(properties)];
}

/** Reads the current definition, because others may have changed it since the link was opened. */
function subscriptionOf({ target, peer }: ManagementRequest): SubscriptionDefinition {
  const definition = peer.service.broker.find(target.entity?.path ?? '')?.definition;
  if (definition?.kind !== 'subscription') throw notAllowed('Only subscriptions have rules.');
  return definition;
}
