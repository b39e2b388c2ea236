import { join } from 'node:path';
import type { HostFunction } from './hostFunction.ts';
import type { HostJson } from './hostJson.ts';
import type { InvocationRequest, Invoke } from './invocation.ts';
import type { Logger } from './log.ts';
import type { HttpFunction } from './http/router.ts';
import { listenAfter, together, type Listener } from './triggers/listener.ts';
import type { QueueFunction } from './triggers/queue.ts';
import { queueInput } from './triggers/queueMessage.ts';
import type { ServiceBusFunction } from './triggers/messageHandling.ts';
import type { Schedule } from './triggers/schedule.ts';
import { batchInput, singleInput } from './triggers/serviceBusMessage.ts';
import { readSchedule, startTimer } from './triggers/timer.ts';
import { claimRecord, ownRecord } from './triggers/timerRecord.ts';
import { timerRequest, type TimerFunction } from './triggers/timerRequest.ts';

export const isHttp = (target: HostFunction): target is HttpFunction => target.trigger.kind === 'http';
const isServiceBus = (target: HostFunction): target is ServiceBusFunction => target.trigger.kind === 'serviceBus';
const isQueue = (target: HostFunction): target is QueueFunction => target.trigger.kind === 'queue';
const isTimer = (target: HostFunction): target is TimerFunction => target.trigger.kind === 'timer';

/** A poll of this machine's storage costs nothing, and somebody may wait for what a message begins. */
const longestLocalPauseMs = 500;

export type Scheduled = { readonly target: TimerFunction; readonly schedule: Schedule };

/** Reads the schedules of all timers. Throws a HostError if one is none. */
export const readSchedules = (functions: readonly HostFunction[], timeZone: string | undefined): readonly Scheduled[] =>
  functions.filter(isTimer).map((target) => ({ target, schedule: readSchedule(target, timeZone) }));

/** Starts the triggers of all functions except HTTP ones. Loads a client library only if a function needs it. */
export const startListeners = async (options: {
  functions: readonly HostFunction[];
  scheduled: readonly Scheduled[];
  settings: HostJson['extensions'];
  /** The folder through which hosts agree which of them runs a timer. */
  data: string | undefined;
  /** The storage of this machine, if a function uses it. */
  storage: { readonly connectionString: string; readonly used: Promise<void> } | undefined;
  keepEmpty: boolean;
  invoke: Invoke;
  log: Logger;
  now: () => number;
}): Promise<Listener> => {
  const { functions, scheduled, settings, data, storage, keepEmpty, invoke, log, now } = options;
  const ofServiceBus = functions.filter(isServiceBus);
  const ofQueues = functions.filter(isQueue);
  const listeners: Listener[] = [];
  if (ofServiceBus.length > 0) {
    const { startServiceBusListeners } = await import('./triggers/serviceBus.ts');
    listeners.push(
      startServiceBusListeners(ofServiceBus, { settings: settings.serviceBus, keepEmpty, invoke, log, now }),
    );
  }
  const listenToQueues = async (targets: readonly QueueFunction[], queues = settings.queues): Promise<Listener> => {
    const { startQueueListener } = await import('./triggers/queue.ts');
    return together(targets.map((target) => startQueueListener({ target, settings: queues, invoke, log })));
  };
  const isOfThisMachine = ({ trigger }: QueueFunction): boolean =>
    trigger.connectionString === storage?.connectionString;
  const [ofThisMachine, elsewhere] = [
    ofQueues.filter(isOfThisMachine),
    ofQueues.filter((one) => !isOfThisMachine(one)),
  ];
  if (elsewhere.length > 0) listeners.push(await listenToQueues(elsewhere));
  if (storage && ofThisMachine.length > 0) {
    const { maxPollingInterval } = settings.queues;
    const often = { ...settings.queues, maxPollingInterval: Math.min(maxPollingInterval, longestLocalPauseMs) };
    listeners.push(listenAfter(storage.used, () => listenToQueues(ofThisMachine, often)));
  }
  for (const { target, schedule } of scheduled) {
    const claim = data === undefined ? ownRecord : () => claimRecord(join(data, 'timers'), target.name);
    listeners.push(startTimer({ target, schedule, claim, invoke, log, now }));
  }
  return together(listeners);
};

/** The request that the function's trigger would make for this text; undefined for HTTP, which takes only real requests. */
export const requestFor = (target: HostFunction, input: string): InvocationRequest | undefined => {
  if (isTimer(target)) return timerRequest(undefined, false);
  if (isQueue(target)) return queueInput(input);
  if (!isServiceBus(target)) return undefined;
  return target.trigger.batch ? batchInput([{ body: input }], false) : singleInput({ body: input });
};
