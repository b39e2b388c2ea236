import type { ServiceBusAdministrationClient } from '@azure/service-bus';
import type { EmulatorConfig } from '../../../../local/serviceBus/definitions/config.ts';

type Namespace = EmulatorConfig['UserConfig']['Namespaces'][number];
type Subscription = NonNullable<NonNullable<Namespace['Topics']>[number]['Subscriptions']>[number];
type Rule = NonNullable<Subscription['Rules']>[number];
type CorrelationFilter = Extract<Rule['Properties'], { FilterType: 'Correlation' }>['CorrelationFilter'];

const subscription = (Name: string, Properties: Subscription['Properties'] = {}, Rules: Rule[] = []): Subscription => ({
  Name,
  Properties: { LockDuration: 'PT5S', MaxDeliveryCount: 10, ...Properties },
  Rules,
});
const correlation = (Name: string, CorrelationFilter: CorrelationFilter): Rule => ({
  Name,
  Properties: { FilterType: 'Correlation', CorrelationFilter },
});
const sql = (Name: string, SqlExpression: string): Rule => ({
  Name,
  Properties: { FilterType: 'Sql', SqlFilter: { SqlExpression } },
});

/** The entities that the suite needs in the namespace. */
export const contractConfig: EmulatorConfig = {
  UserConfig: {
    Namespaces: [
      {
        Name: 'contract',
        Queues: [
          { Name: 'work', Properties: { LockDuration: 'PT5S', MaxDeliveryCount: 3 } },
          { Name: 'sent', Properties: {} },
          { Name: 'taken', Properties: { LockDuration: 'PT5S' } },
          { Name: 'handled', Properties: { LockDuration: 'PT5S' } },
          { Name: 'later', Properties: { LockDuration: 'PT5S' } },
          { Name: 'brief', Properties: { LockDuration: 'PT1S', MaxDeliveryCount: 2 } },
          { Name: 'mortal', Properties: { DeadLetteringOnMessageExpiration: true } },
          { Name: 'unmourned', Properties: { DeadLetteringOnMessageExpiration: false } },
          { Name: 'signed', Properties: {} },
          { Name: 'awaited', Properties: {} },
          { Name: 'conversations', Properties: { LockDuration: 'PT5S', RequiresSession: true, MaxDeliveryCount: 3 } },
          { Name: 'conversations-next', Properties: { LockDuration: 'PT5S', RequiresSession: true } },
          { Name: 'conversations-brief', Properties: { LockDuration: 'PT1S', RequiresSession: true } },
          {
            Name: 'once',
            Properties: { RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow: 'PT20S' },
          },
        ],
        Topics: [
          {
            Name: 'spoken',
            Properties: {},
            Subscriptions: [subscription('by-session', { RequiresSession: true }), subscription('all')],
          },
          {
            Name: 'ruled',
            Properties: {},
            Subscriptions: ['added', 'changed', 'removed'].map((name) => subscription(name)),
          },
          { Name: 'events', Properties: {}, Subscriptions: [subscription('all'), subscription('others')] },
          {
            Name: 'routed',
            Properties: {},
            Subscriptions: [
              subscription('all'),
              subscription('system', {}, [
                correlation('all-of-them', {
                  ContentType: 'text/plain',
                  CorrelationId: 'correlation',
                  Label: 'label',
                  MessageId: 'message',
                  ReplyTo: 'reply',
                  ReplyToSessionId: 'reply-session',
                  SessionId: 'session',
                  To: 'to',
                }),
              ]),
              subscription('number', {}, [correlation('n', { Properties: { value: 1 } })]),
              subscription('text', {}, [correlation('t', { Properties: { value: '1' } })]),
              subscription('truth', {}, [correlation('b', { Properties: { value: true } })]),
              subscription('either', {}, [
                correlation('one', { Properties: { value: 1 } }),
                correlation('blue', { Properties: { colour: 'blue' } }),
              ]),
              subscription('both', {}, [correlation('c', { Label: 'label', Properties: { colour: 'blue' } })]),
              subscription('sql', {}, [sql('s', "colour LIKE 'b%' AND value > 1 OR sys.Label = 'sql'")]),
            ],
          },
          {
            Name: 'unique',
            Properties: { RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow: 'PT20S' },
            Subscriptions: [subscription('all')],
          },
        ],
      },
    ],
  },
};

/** The administration client uses the configuration's property names with a lower-case first letter. */
const inCamelCase = (fields: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value as unknown]),
  );

const filterOf = ({ Properties: properties }: Rule) => {
  if (properties.FilterType === 'Sql') return { sqlExpression: properties.SqlFilter.SqlExpression };
  const { Label, Properties, ...system } = properties.CorrelationFilter;
  return {
    ...inCamelCase(system),
    ...(Label !== undefined && { subject: Label }),
    ...(Properties && { applicationProperties: Properties }),
  };
};

/** Creates the entities that do not exist yet. */
export async function provision(client: ServiceBusAdministrationClient): Promise<void> {
  const { Queues = [], Topics = [] } = contractConfig.UserConfig.Namespaces[0] ?? {};
  for (const { Name, Properties = {} } of Queues) {
    await unlessThere(() => client.createQueue(Name, inCamelCase(Properties)));
  }
  for (const { Name: topic, Properties: ofTopic = {}, Subscriptions = [] } of Topics) {
    await unlessThere(() => client.createTopic(topic, inCamelCase(ofTopic)));
    for (const { Name, Properties = {}, Rules = [] } of Subscriptions) {
      const [first, ...others] = Rules.map((rule) => ({ name: rule.Name, filter: filterOf(rule) }));
      const options = { ...inCamelCase(Properties), ...(first && { defaultRuleOptions: first }) };
      await unlessThere(async () => {
        await client.createSubscription(topic, Name, options);
        for (const { name, filter } of others) await client.createRule(topic, Name, name, filter);
      });
    }
  }
}

async function unlessThere(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 409)) throw error;
  }
}
