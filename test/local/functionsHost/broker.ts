import type { RunningService } from '../../../local/service/runningService.ts';
import { startServiceBus } from '../../../local/serviceBus/server.ts';

/**
 * Starts a broker with the topics of the fixtures. It delivers messages of `orders` three times at most, and locks those of `brief`
 * for four seconds.
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
                Subscriptions: [{ Name: 's', Properties: { RequiresSession: true, LockDuration: 'PT2S' } }],
              },
              { Name: 'brief', Subscriptions: [{ Name: 'b', Properties: { LockDuration: 'PT4S' } }] },
            ],
            Queues: [
              { Name: 'jobs' },
              { Name: 'short', Properties: { LockDuration: 'PT2S' } },
              { Name: 'ordered', Properties: { RequiresSession: true } },
            ],
          },
        ],
      },
    },
  });
