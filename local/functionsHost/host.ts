import { setTimeout as delay } from 'node:timers/promises';
import { loadApp } from './appLoader.ts';
import { createCore, type Core } from './core.ts';
import { indexFunctions, type HostFunction } from './functionIndex.ts';
import { HostError } from './hostError.ts';
import { loadHostJson } from './hostJson.ts';
import { createRouter, fullRoute, type HttpFunction } from './http/router.ts';
import { startHttpServer } from './http/server.ts';
import { createInvoker } from './invocation.ts';
import { createLogger, describeError, toLogLevel, type LogSink } from './log.ts';
import type { Capabilities, ProgrammingModel } from './rpc.ts';
import type { Settings } from './settings.ts';
import type { ServiceBusFunction } from './triggers/serviceBus.ts';
import { startServiceBusListeners } from './triggers/serviceBusListeners.ts';
import { readSchedule, startTimer, type TimerFunction } from './triggers/timer.ts';

const drainMs = 10_000;

/** What Azure's worker for Node announces. */
const workerCapabilities = (): Capabilities =>
  Object.fromEntries(
    [
      'RawHttpBodyBytes',
      'RpcHttpTriggerMetadataRemoved',
      'RpcHttpBodyOnly',
      'IgnoreEmptyValuedRpcHttpHeaders',
      'UseNullableValueDictionaryForHttp',
      'WorkerStatus',
      'TypedDataCollection',
      'HandlesWorkerTerminateMessage',
    ].map((name) => [name, 'true']),
  );

/** `route` is the full path of an HTTP function, such as `api/accounts/{id}`; `methods` is empty if all are served. */
export type RunningFunction =
  | { readonly name: string; readonly trigger: 'http'; readonly route: string; readonly methods: readonly string[] }
  | { readonly name: string; readonly trigger: 'serviceBus' | 'timer' };

export type RunningHost = {
  readonly port: number;
  readonly functions: readonly RunningFunction[];
  /** Stops taking work, lets running invocations end (10 s at most), and tells the app that it terminates. */
  close(): Promise<void>;
};

export type HostOptions = {
  /** The folder of host.json. */
  readonly appRoot: string;
  /** The app's entry, a source or a bundle. */
  readonly entry: string;
  /** Become part of `process.env` before the app is loaded. */
  readonly settings: Settings;
  /** 0 for a free one. */
  readonly port: number;
  readonly host?: string;
  readonly log: LogSink;
  readonly now?: () => number;
};

/** What the app's own hooks hand each other, and what all hooks do. */
type AppShared = { readonly hookData: object; readonly appHookData: object };

/** Loads the app and asks what it can do. From then on it cannot register anything. */
const startApp = async (
  core: Core,
  entry: string,
  shared: AppShared,
): Promise<{ model: ProgrammingModel; capabilities: Capabilities }> => {
  await loadApp(core, entry);
  for (const hook of core.hooks('appStart')) await hook({ ...shared });
  const model = core.model();
  if (!model || core.functions().length === 0) {
    throw new HostError(
      `${entry} registers no functions: is it the app's entry, and does it import all of its functions?`,
    );
  }
  const capabilities = await model.getCapabilities(workerCapabilities());
  core.lock();
  if ('HttpUri' in capabilities) throw new HostError('This host does not support HTTP streaming (enableHttpStream).');
  return { model, capabilities };
};

const isHttp = (target: HostFunction): target is HttpFunction => target.trigger.kind === 'http';
const isServiceBus = (target: HostFunction): target is ServiceBusFunction => target.trigger.kind === 'serviceBus';
const isTimer = (target: HostFunction): target is TimerFunction => target.trigger.kind === 'timer';

const describe = (target: HostFunction, routePrefix: string): RunningFunction =>
  isHttp(target)
    ? {
        name: target.name,
        trigger: 'http',
        route: fullRoute(routePrefix, target.trigger),
        methods: target.trigger.methods,
      }
    : { name: target.name, trigger: isTimer(target) ? 'timer' : 'serviceBus' };

/**
 * Runs a function app of the `@azure/functions` v4 model in this process, which can hold one app in its life.
 * Rejects with a HostError if the app, its host.json or its settings are at fault, with the app's own error if it throws while it
 * loads, and with the error of `listen` if the port is taken.
 */
export const startHost = async (options: HostOptions): Promise<RunningHost> => {
  const { appRoot, entry, settings, log: sink, now = Date.now } = options;
  const { hostJson, warnings } = await loadHostJson(appRoot);
  const { routePrefix } = hostJson.extensions.http;
  const log = createLogger(sink, now, hostJson.logging.logLevel.default);
  const warn = (messages: readonly string[]): void => messages.forEach((message) => log('warning', message));
  warn(warnings);

  Object.assign(process.env, settings);
  const core = createCore((level, _category, message) => log(toLogLevel(level), message));
  const shared: AppShared = { hookData: {}, appHookData: {} };
  const { model, capabilities } = await startApp(core, entry, shared);
  const indexed = indexFunctions(core.functions(), settings);
  warn(indexed.warnings);
  if (indexed.functions.length === 0) throw new HostError('None of the functions of the app can run on this host.');

  const router = createRouter(indexed.functions.filter(isHttp), routePrefix);
  warn(router.warnings);
  const scheduled = indexed.functions.filter(isTimer).map((target) => ({ target, schedule: readSchedule(target) }));

  const { invoke, idle } = createInvoker({ core, model, appHookData: shared.appHookData, log, now });
  // The port first: if it is taken, no message has been touched.
  const http = await startHttpServer({ router, invoke, port: options.port, host: options.host ?? '127.0.0.1', log });
  const listeners = startServiceBusListeners(indexed.functions.filter(isServiceBus), {
    settings: hostJson.extensions.serviceBus,
    keepEmpty: capabilities.IncludeEmptyEntriesInMessagePayload?.toLowerCase() === 'true',
    invoke,
    log,
    now,
  });
  const timers = scheduled.map(({ target, schedule }) => startTimer({ target, schedule, invoke, now }));

  const close = async (): Promise<void> => {
    http.stopAccepting();
    timers.forEach((timer) => timer.stop());
    await listeners.stop();
    // Settling comes after the invocation, so both have to be over.
    const over = Promise.all([idle(), listeners.idle()]).then(() => true);
    const drained = await Promise.race([over, delay(drainMs, false, { ref: false })]);
    if (!drained) log('warning', 'Stops although invocations are still running.');
    await listeners.close();
    await http.close();
    for (const hook of core.hooks('appTerminate')) {
      try {
        await hook({ ...shared });
      } catch (error) {
        log('error', `appTerminate: ${describeError(error)}`);
      }
    }
  };
  let closing: Promise<void> | undefined;
  return {
    port: http.port,
    functions: indexed.functions.map((target) => describe(target, routePrefix)),
    close: () => (closing ??= close()),
  };
};
