import type { RunningService } from '../../../local/service/runningService.ts';
import { startServiceBus } from '../../../local/serviceBus/server.ts';

/**
 * Starts a broker with the topics of the fixtures. It delivers messages of `orders` three times at most, and locks those of `brief`
 * for two seconds.
 */
export const startBroker = (port = 0): Promise<RunningService> =>
  startServiceBus({
    port,
    config: {
      UserConfig: {
        Namespaces: [
          {
            Name: 'test',
            Topics: [
              { Name: 'orders', Subscriptions: [{ Name: 'all', Properties: { MaxDeliveryCount: 3 } }] },
              { Name: 'perf', Subscriptions: [{ Name: 'p' }] },
              { Name: 'dup', Subscriptions: [{ Name: 'd' }] },
              {
                Name: 'batched',
                Subscriptions: [{ Name: 's', Properties: { RequiresSession: true, LockDuration: 'PT1S' } }],
              },
              { Name: 'brief', Subscriptions: [{ Name: 'b', Properties: { LockDuration: 'PT2S' } }] },
            ],
            Queues: [
              { Name: 'jobs' },
              { Name: 'short', Properties: { LockDuration: 'PT1S' } },
              { Name: 'ordered', Properties: { RequiresSession: true } },
            ],
          },
        ],
      },
    },
  });
