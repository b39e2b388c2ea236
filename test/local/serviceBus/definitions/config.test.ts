import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../local/serviceBus/definitions/config.ts';

const withNamespace = (namespace: object) => ({ UserConfig: { Namespaces: [{ Name: 'n', ...namespace }] } });
const withQueue = (Properties: object) => withNamespace({ Queues: [{ Name: 'q', Properties }] });
const withRule = (Properties: object) =>
  withNamespace({ Topics: [{ Name: 't', Subscriptions: [{ Name: 's', Rules: [{ Name: 'r', Properties }] }] }] });

describe('the configuration', () => {
  it('fills in the defaults of the emulator', () => {
    const { Queues, Topics } = parseConfig(
      withNamespace({ Queues: [{ Name: 'q' }], Topics: [{ Name: 't', Subscriptions: [{ Name: 's' }] }] }),
    );
    expect(Queues[0]?.Properties).toEqual({
      DeadLetteringOnMessageExpiration: false,
      DefaultMessageTimeToLive: 3_600_000,
      DuplicateDetectionHistoryTimeWindow: 20_000,
      EnablePartitioning: false,
      ForwardDeadLetteredMessagesTo: '',
      ForwardTo: '',
      LockDuration: 60_000,
      MaxDeliveryCount: 10,
      MaxSizeInMegabytes: 1024,
      RequiresDuplicateDetection: false,
      RequiresSession: false,
      Status: 'Active',
      UserMetadata: '',
    });
    expect(Topics[0]?.Subscriptions[0]?.Rules).toEqual([]);
  });

  it.each([
    ['PT1M', 60_000],
    ['P1DT2H3M4.5S', 93_784_500],
    ['PT0.25S', 250],
    ['P14D', 1_209_600_000],
    ['P10675199DT2H48M5.4775807S', Infinity],
  ])('reads the duration %s', (DefaultMessageTimeToLive, ms) => {
    expect(parseConfig(withQueue({ DefaultMessageTimeToLive })).Queues[0]?.Properties.DefaultMessageTimeToLive).toBe(
      ms,
    );
  });

  it('reads the file that comes with the emulator', () => {
    const properties = {
      DeadLetteringOnMessageExpiration: false,
      DefaultMessageTimeToLive: 'PT1H',
      LockDuration: 'PT1M',
      MaxDeliveryCount: 3,
      ForwardDeadLetteredMessagesTo: '',
      ForwardTo: '',
      RequiresSession: false,
    };
    const duplicates = { DuplicateDetectionHistoryTimeWindow: 'PT20S', RequiresDuplicateDetection: false };
    const correlation = {
      ContentType: 'application/text',
      CorrelationId: 'id1',
      Label: 'subject1',
      MessageId: 'msgid1',
    };
    const rules = [
      { Name: 'system', Properties: { FilterType: 'Correlation', CorrelationFilter: { ...correlation, To: 'xyz' } } },
      {
        Name: 'user',
        Properties: { FilterType: 'Correlation', CorrelationFilter: { Properties: { prop1: 'value1' } } },
      },
    ];
    const namespace = {
      Name: 'sbemulatorns',
      Queues: [{ Name: 'queue.1', Properties: { ...properties, ...duplicates } }],
      Topics: [
        {
          Name: 'topic.1',
          Properties: { DefaultMessageTimeToLive: 'PT1H', ...duplicates },
          Subscriptions: [{ Name: 'subscription.1', Properties: properties, Rules: rules }],
        },
      ],
    };
    expect(parseConfig({ UserConfig: { Namespaces: [namespace], Logging: { Type: 'File' } } }).Name).toBe(
      'sbemulatorns',
    );
  });

  it.each<[string, object]>([
    ["there is no 'other' to forward messages to", withQueue({ ForwardTo: 'other' })],
    ["there is no 'other' to forward messages to", withQueue({ ForwardDeadLetteredMessagesTo: 'other' })],
    [
      'SQL action: SET or REMOVE is expected',
      withRule({
        FilterType: 'Correlation',
        CorrelationFilter: { Label: 'x' },
        Action: { SqlExpression: 'DROP a' },
      }),
    ],
    ['SQL filter: unexpected end', withRule({ FilterType: 'Sql', SqlFilter: { SqlExpression: 'a =' } })],
    ['needs at least one condition', withRule({ FilterType: 'Correlation', CorrelationFilter: {} })],
    ['Unrecognized key: "AutoDeleteOnIdle"', withQueue({ AutoDeleteOnIdle: 'PT5M' })],
    ['is not a duration', withQueue({ LockDuration: '1 minute' })],
    ['is not a duration', withQueue({ LockDuration: 'P' })],
    ['is at most PT5M', withQueue({ LockDuration: 'PT6M' })],
    ['UserConfig.Namespaces[0].Queues[0].Properties.MaxDeliveryCount', withQueue({ MaxDeliveryCount: 0 })],
    ['two entries have the same name', withNamespace({ Queues: [{ Name: 'Q' }, { Name: 'q' }] })],
    ['a topic and a queue have the same name', withNamespace({ Queues: [{ Name: 'a' }], Topics: [{ Name: 'A' }] })],
    ['there is exactly one namespace', { UserConfig: { Namespaces: [] } }],
  ])('says: %s', (message, config) => {
    expect(() => parseConfig(config)).toThrow(message);
  });
});
