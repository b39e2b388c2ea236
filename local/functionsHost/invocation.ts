import { randomUUID } from 'node:crypto';
import { toError } from '../service/thrown.ts';
import { callWithHooks } from './callWithHooks.ts';
import type { Core } from './core.ts';
import type { HostFunction } from './hostFunction.ts';
import { describeError, toLogLevel, type Logger } from './log.ts';
import type { Outputs } from './outputs.ts';
import { createRunning } from './running.ts';
import type {
  CoreInvocationContext,
  InvocationResponse,
  ProgrammingModel,
  RetryContext,
  TraceContext,
  TypedData,
} from './rpc.ts';

/** What a trigger hands to a function. The host adds `note` to the line of the log. */
export type InvocationRequest = {
  readonly input: TypedData;
  readonly triggerMetadata?: Readonly<Record<string, TypedData>>;
  readonly traceContext?: TraceContext;
  readonly retryContext?: RetryContext;
  readonly note?: string;
};

/** How an invocation ended. A failure is already in the log. */
export type InvocationOutcome =
  | { readonly succeeded: true; readonly response: InvocationResponse }
  | { readonly succeeded: false; readonly error: Error };

/** Runs a function once. Never rejects. */
export type Invoke = (target: HostFunction, request: InvocationRequest) => Promise<InvocationOutcome>;

export type Invoker = {
  readonly invoke: Invoke;
  /** Resolves once no invocation is running. */
  readonly idle: () => Promise<void>;
};

export const createInvoker = (options: {
  core: Core;
  model: ProgrammingModel;
  appHookData: object;
  outputs: Outputs;
  log: Logger;
  now: () => number;
}): Invoker => {
  const { core, model, appHookData, outputs, log, now } = options;
  const running = createRunning();

  const run = async (target: HostFunction, request: InvocationRequest): Promise<InvocationOutcome> => {
    const invocationId = randomUUID();
    const about = { functionName: target.name, invocationId };
    const started = now();
    const context: CoreInvocationContext = {
      invocationId,
      metadata: target.metadata,
      request: {
        invocationId,
        functionId: target.metadata.functionId ?? target.name,
        inputData: [{ name: target.triggerBinding, data: request.input }],
        triggerMetadata: request.triggerMetadata ?? {},
        ...(request.traceContext && { traceContext: request.traceContext }),
        ...(request.retryContext && { retryContext: request.retryContext }),
      },
      state: undefined,
      log: (level, _category, message) => log(toLogLevel(level), message, about),
    };
    const took = (): string => `${now() - started} ms${request.note === undefined ? '' : `, ${request.note}`}`;
    try {
      const invocation = await model.getInvocationModel(context);
      const response = await callWithHooks({ core, appHookData }, context, invocation, target.callback);
      await outputs.send(target.outputs, response);
      // What a timer found to do, the app tells itself.
      const routine = target.trigger.kind === 'timer' && { routine: true as const };
      log('information', `${outcomeOf(target, response)} ${took()}`, { ...about, ...routine });
      return { succeeded: true, response };
    } catch (error) {
      const outcome = target.trigger.kind === 'http' ? '500' : 'failed';
      log('error', `${outcome} ${took()}: ${describeError(error)}`, about);
      return { succeeded: false, error: toError(error) };
    }
  };

  return { invoke: (target, request) => running.track(run(target, request)), idle: running.idle };
};

const outcomeOf = (target: HostFunction, response: InvocationResponse): string =>
  target.trigger.kind === 'http' ? (response.returnValue?.http?.statusCode ?? '200') : 'ok';
