import type { ServiceBusClient, ServiceBusSessionReceiver, ServiceBusSessionReceiverOptions } from '@azure/service-bus';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, toError } from '../../service/thrown.ts';
import { createRunning } from '../running.ts';
import { createConnectionState } from './connectionState.ts';
import type { Listener } from './listener.ts';
import type { MessageHandlingOptions } from './messageHandling.ts';
import { startReceiving, type Receiving } from './receiving.ts';

const retryDelayMs = 1_000;

type SessionOptions = MessageHandlingOptions & { readonly client: ServiceBusClient };

const acceptSession = ({ client, target, settings }: SessionOptions): Promise<ServiceBusSessionReceiver> => {
  const { entity, batch } = target.trigger;
  const options: ServiceBusSessionReceiverOptions = {
    skipParsingBodyAsJson: true,
    // As in Azure, where only functions of single messages have their locks renewed.
    maxAutoLockRenewalDurationInMs: batch ? 0 : settings.maxAutoLockRenewalDuration,
  };
  return 'queue' in entity
    ? client.acceptNextSession(entity.queue, options)
    : client.acceptNextSession(entity.topic, entity.subscription, options);
};

/** A session that is being served. */
type Held = {
  readonly receiving: Receiving;
  /** Resolves when the session is idle, its lock is lost, or `leave` is called. */
  readonly left: Promise<void>;
  readonly leave: () => void;
};

const serve = (session: ServiceBusSessionReceiver, options: SessionOptions, connected: () => void): Held => {
  const left = Promise.withResolvers<undefined>();
  let idle: NodeJS.Timeout | undefined;
  const leave = (): void => {
    clearTimeout(idle);
    left.resolve(undefined);
  };
  const watchIdle = (busy: number): void => {
    clearTimeout(idle);
    if (busy === 0) idle = setTimeout(leave, options.settings.sessionIdleTimeout);
  };
  const receiving = startReceiving(session, options, {
    // Accepting the next session shows whether the broker failed, or only this lock.
    failed: leave,
    connected,
    active: watchIdle,
  });
  watchIdle(0);
  return { receiving, left: left.promise, leave };
};

/**
 * Receives for a function whose entity has sessions: up to `maxConcurrentSessions` at a time, each held until no message has come in
 * it for `sessionIdleTimeout`. As in Azure, many sessions of one message each stall therefore: only a few of them are served a minute.
 */
export const startSessionListener = (options: SessionOptions): Listener => {
  const { target, settings, log } = options;
  const state = createConnectionState(target.name, log);
  const running = createRunning();
  const held = new Map<ServiceBusSessionReceiver, Held>();
  let stopped = false;
  const goesOn = (): boolean => !stopped;

  const release = async (session: ServiceBusSessionReceiver): Promise<void> => {
    const hold = held.get(session);
    hold?.leave();
    // Without `stop`: where the broker is slow to answer it, the library closes the link beside us, and nobody catches its error
    // if the session's lock ends meanwhile.
    await hold?.receiving.leave();
    await hold?.receiving.idle();
    held.delete(session);
    await session.close();
  };

  const takeSessions = async (): Promise<void> => {
    while (goesOn()) {
      try {
        const session = await acceptSession(options);
        state.connected();
        if (goesOn()) {
          const hold = serve(session, options, state.connected);
          held.set(session, hold);
          await hold.left;
        }
        await running.track(release(session));
      } catch (error) {
        // There is no session now: the broker lets a client wait for one for a while.
        if (codeOf(error) === 'ServiceTimeout' || !goesOn()) continue;
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
        [...held.values()].map(async ({ receiving, leave }) => {
          await receiving.stop();
          leave();
        }),
      );
    },
    idle: async () => {
      await Promise.all([...held.values()].map(({ receiving }) => receiving.idle()));
      await running.idle();
    },
    // Slots that still wait for a session end with the connection.
    close: async () => {
      await Promise.allSettled([...held.keys()].map((session) => session.close()));
    },
  };
};
