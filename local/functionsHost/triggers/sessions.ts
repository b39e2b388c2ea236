import type { ServiceBusClient, ServiceBusSessionReceiver, ServiceBusSessionReceiverOptions } from '@azure/service-bus';
import { setTimeout as delay } from 'node:timers/promises';
import { createRunning } from '../running.ts';
import { createConnectionState } from './connectionState.ts';
import type { Listener } from './listener.ts';
import { startReceiving, type Receiving, type ReceivingOptions } from './receiving.ts';
import { codeOf, toError } from '../../service/thrown.ts';

const retryDelayMs = 1_000;

const isTimeout = (error: unknown): boolean => codeOf(error) === 'ServiceTimeout';

/**
 * Receives for a function whose entity has sessions: up to `maxConcurrentSessions` at a time, each held until nothing has come in it
 * for `sessionIdleTimeout`. As in Azure, that is where sessions of one message each stall: a few of them are served a minute.
 */
export const startSessionListener = (options: ReceivingOptions & { client: ServiceBusClient }): Listener => {
  const { client, target, settings, log } = options;
  const { entity, batch } = target.trigger;
  const state = createConnectionState(target.name, log);
  const running = createRunning();
  const held = new Map<ServiceBusSessionReceiver, { receiving: Receiving; leave: () => void }>();
  let stopped = false;
  const goesOn = (): boolean => !stopped;

  const acceptOptions: ServiceBusSessionReceiverOptions = {
    skipParsingBodyAsJson: true,
    // As in Azure, where only functions of single messages have their locks renewed.
    maxAutoLockRenewalDurationInMs: batch ? 0 : settings.maxAutoLockRenewalDuration,
  };
  const accept = (): Promise<ServiceBusSessionReceiver> =>
    'queue' in entity
      ? client.acceptNextSession(entity.queue, acceptOptions)
      : client.acceptNextSession(entity.topic, entity.subscription, acceptOptions);

  /** Until the session is idle, its lock is lost, or the host stops. */
  const serve = (session: ServiceBusSessionReceiver): Promise<void> =>
    new Promise((leave) => {
      let idle: NodeJS.Timeout | undefined;
      const wait = (busy: number): void => {
        clearTimeout(idle);
        if (busy === 0) idle = setTimeout(leave, settings.sessionIdleTimeout);
      };
      const receiving = startReceiving(session, options, {
        // The next session will tell whether it was the broker or only this lock.
        failed: () => leave(),
        connected: state.connected,
        active: wait,
      });
      held.set(session, {
        receiving,
        leave: () => {
          clearTimeout(idle);
          leave();
        },
      });
      wait(0);
    });

  const release = async (session: ServiceBusSessionReceiver): Promise<void> => {
    const hold = held.get(session);
    hold?.leave();
    await hold?.receiving.stop();
    await hold?.receiving.idle();
    held.delete(session);
    await session.close();
  };

  const takeSessions = async (): Promise<void> => {
    while (goesOn()) {
      try {
        const session = await accept();
        state.connected();
        if (goesOn()) await serve(session);
        await running.track(release(session));
      } catch (error) {
        if (isTimeout(error) || !goesOn()) continue;
        state.failed(toError(error));
        await delay(retryDelayMs, undefined, { ref: false });
      }
    }
  };

  for (let slot = 0; slot < settings.maxConcurrentSessions; slot += 1) void takeSessions();

  return {
    stop: async () => {
      stopped = true;
      await Promise.all(
        [...held.values()].map(({ receiving, leave }) => {
          leave();
          return receiving.stop();
        }),
      );
    },
    idle: async () => {
      await Promise.all([...held.values()].map(({ receiving }) => receiving.idle()));
      await running.idle();
    },
    // What still waits for a session goes with the connection.
    close: async () => {
      await Promise.allSettled([...held.keys()].map((session) => session.close()));
    },
  };
};
