import { setTimeout as delay } from 'node:timers/promises';
import { loadApp } from './appLoader.ts';
import { createCore, type Core } from './core.ts';
import { withStorage, type DevelopmentStorage } from './developmentStorage.ts';
import { indexFunctions } from './functionIndex.ts';
import { HostError } from './hostError.ts';
import type { HostFunction } from './hostFunction.ts';
import { loadHostJson } from './hostJson.ts';
import type { AllowedHosts } from '../service/foreignRequests.ts';
import { createAdmin } from './http/admin.ts';
import type { Cors } from './http/cors.ts';
import { createHomePage } from './http/homePage.ts';
import type { LocalRoutes } from './http/localRoutes.ts';
import { maximumBodyBytesOf } from './http/request.ts';
import type { Keys } from './http/keys.ts';
import { createRouter, fullRoute } from './http/router.ts';
import { startHttpServer } from './http/server.ts';
import { createInvoker } from './invocation.ts';
import { isHttp, readSchedules, requestFor, startListeners } from './listeners.ts';
import { createLogger, describeError, toLogLevel, type LogSink } from './log.ts';
import { createOutputs } from './outputs.ts';
import type { Capabilities, ProgrammingModel } from './rpc.ts';
import type { Settings } from './settings.ts';
import { together } from './triggers/listener.ts';

const drainMs = 10_000;

/** The capabilities that Azure's worker for Node announces. */
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
  | { readonly name: string; readonly trigger: 'serviceBus' | 'queue' | 'timer' };

export type RunningHost = {
  readonly port: number;
  readonly functions: readonly RunningFunction[];
  /** Stops all triggers but those of HTTP, and resolves once nothing is left that they have begun. */
  rest(): Promise<void>;
  /** Starts the triggers again. */
  wake(): Promise<void>;
  /** Stops taking work, lets running invocations end (10 s at most), and tells the app that it terminates. */
  close(): Promise<void>;
};

export type HostOptions = {
  /** The folder of host.json. */
  readonly appRoot: string;
  /** The app's entry, a source or a bundle. */
  readonly entry: string;
  /** The host adds them to `process.env` before it loads the app. */
  readonly settings: Settings;
  /** 0 picks a free port. */
  readonly port: number;
  /** The keys that callers need; without them everybody may call everything. */
  readonly keys?: Keys | undefined;
  /** Whether everybody may call `/admin` where there are no keys; they may if this is absent. */
  readonly opensAdmin?: boolean;
  readonly cors?: Cors | undefined;
  /** Further hosts of which it takes requests. */
  readonly allowedHosts?: AllowedHosts;
  /** A folder in which the host records its timers. Of several hosts that share it, one runs each timer. */
  readonly data?: string | undefined;
  /** Provides storage, for the first function that asks for `UseDevelopmentStorage=true`. */
  readonly developmentStorage?: (() => Promise<DevelopmentStorage>) | undefined;
  /** Answers below `/_local`. */
  readonly local?: LocalRoutes | undefined;
  /** Called with each source of the app before that source runs. */
  readonly onLoad?: ((file: string) => void) | undefined;
  readonly log: LogSink;
  readonly now?: () => number;
};

/** The app's start and end hooks share `hookData`, all of its hooks share `appHookData`. */
type AppShared = { readonly hookData: object; readonly appHookData: object };

/** Loads the app and asks for its capabilities. After that, the app cannot register anything. */
const startApp = async (
  core: Core,
  { entry, onLoad = () => undefined }: HostOptions,
  shared: AppShared,
): Promise<{ model: ProgrammingModel; capabilities: Capabilities }> => {
  await loadApp(core, entry, onLoad);
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

const describe = (target: HostFunction, routePrefix: string): RunningFunction =>
  isHttp(target)
    ? {
        name: target.name,
        trigger: 'http',
        route: fullRoute(routePrefix, target.trigger),
        methods: target.trigger.methods,
      }
    : { name: target.name, trigger: target.trigger.kind as 'serviceBus' | 'queue' | 'timer' };

/**
 * Runs a function app of the `@azure/functions` v4 model in this process, which can hold one app in its life.
 * Rejects with a HostError if the app, its host.json or its settings are at fault, with the app's own error if it throws while it
 * loads, and with the error of `listen` if the port is taken.
 */
export const startHost = async (options: HostOptions): Promise<RunningHost> => {
  const { appRoot, settings, keys, opensAdmin = true, allowedHosts = [], log: sink, now = Date.now } = options;
  const { hostJson, warnings } = await loadHostJson(appRoot);
  const { routePrefix } = hostJson.extensions.http;
  const log = createLogger(sink, now, hostJson.logging.logLevel.default);
  const warn = (messages: readonly string[]): void => messages.forEach((message) => log('warning', message));
  warn(warnings);

  Object.assign(process.env, settings);
  const core = createCore((level, _category, message) => log(toLogLevel(level), message));
  const shared: AppShared = { hookData: {}, appHookData: {} };
  const { model, capabilities } = await startApp(core, options, shared);
  const indexed = indexFunctions(core.functions(), settings);
  warn(indexed.warnings);
  if (indexed.functions.length === 0) throw new HostError('None of the functions of the app can run on this host.');

  const { functions, storage } = await withStorage(indexed.functions, options.developmentStorage);
  const router = createRouter(functions.filter(isHttp), routePrefix);
  warn(router.warnings);
  const scheduled = readSchedules(functions, settings.WEBSITE_TIME_ZONE);

  const outputs = createOutputs(hostJson.extensions.queues);
  const { invoke, idle } = createInvoker({ core, model, appHookData: shared.appHookData, outputs, log, now });
  const maximumBodyBytes = maximumBodyBytesOf(settings);
  const admin = createAdmin({ functions, routePrefix, maximumBodyBytes, invoke, requestFor });
  // Opens the port before anything listens for messages: if it is taken, no message has been touched.
  const http = await startHttpServer(
    {
      ...{ router, admin, homePage: createHomePage(settings), local: options.local, invoke },
      ...{ keys, opensAdmin, cors: options.cors, allowedHosts, maximumBodyBytes },
    },
    { port: options.port, log },
  );
  // As Azure does, and Core Tools.
  process.env.WEBSITE_HOSTNAME = `localhost:${http.port}`;
  const listen = () =>
    startListeners({
      functions,
      scheduled,
      settings: hostJson.extensions,
      data: options.data,
      storage,
      keepEmpty: capabilities.IncludeEmptyEntriesInMessagePayload?.toLowerCase() === 'true',
      invoke,
      log,
      now,
    });
  let listeners = await listen();

  const close = async (): Promise<void> => {
    http.stopAccepting();
    await listeners.stop();
    // Messages are settled after their invocation, so wait for both.
    const over = Promise.all([idle(), listeners.idle()]).then(() => true);
    const drained = await Promise.race([over, delay(drainMs, false, { ref: false })]);
    if (!drained) log('warning', 'Stops although invocations are still running.');
    await listeners.close();
    await outputs.close();
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
    functions: functions.map((target) => describe(target, routePrefix)),
    async rest() {
      const resting = listeners;
      listeners = together([]);
      await resting.stop();
      await resting.idle();
      await resting.close();
    },
    async wake() {
      listeners = await listen();
    },
    close: () => (closing ??= close()),
  };
};
