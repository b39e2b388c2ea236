import { randomUUID } from 'node:crypto';
import type { Core } from './core.ts';
import type { HostFunction } from './hostFunction.ts';
import { describeError, toLogLevel, type Logger } from './log.ts';
import type { Outputs } from './outputs.ts';
import { createRunning } from './running.ts';
import type {
  CoreInvocationContext,
  FunctionCallback,
  InvocationModel,
  InvocationResponse,
  ProgrammingModel,
  RetryContext,
  TraceContext,
  TypedData,
} from './rpc.ts';
import { toError } from '../service/thrown.ts';

/** What a trigger hands to a function. `note` is added to the line of the log. */
export type InvocationRequest = {
  readonly input: TypedData;
  readonly triggerMetadata?: Readonly<Record<string, TypedData>>;
  readonly traceContext?: TraceContext;
  readonly retryContext?: RetryContext;
  readonly note?: string;
};

/** How an invocation ended; a failure has been logged already. */
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

type Hooked = { readonly hookData: object; readonly appHookData: object; readonly invocationContext: unknown };

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

  /** The function itself, between its hooks: either of them may replace what goes in and what comes out. */
  const callWithHooks = async (
    context: CoreInvocationContext,
    invocation: InvocationModel,
    callback: FunctionCallback,
  ): Promise<InvocationResponse> => {
    const { context: invocationContext, inputs } = await withoutStacks(() => invocation.getArguments());
    const hooked: Hooked = { hookData: {}, appHookData, invocationContext };

    context.state = 'preInvocationHooks';
    const before = { ...hooked, inputs, functionCallback: callback };
    for (const hook of core.hooks('preInvocation')) await hook(before);

    context.state = 'invocation';
    const after: Hooked & { inputs: unknown[]; result: unknown; error: unknown } = {
      ...hooked,
      inputs: before.inputs,
      result: null,
      error: null,
    };
    try {
      after.result = await invocation.invokeFunction(invocationContext, before.inputs, before.functionCallback);
    } catch (error) {
      after.error = error;
    }

    context.state = 'postInvocationHooks';
    for (const hook of core.hooks('postInvocation')) await hook(after);
    context.state = undefined;
    // So `throw undefined` is a success here, as it is in Azure.
    if (after.error !== null && after.error !== undefined) throw toError(after.error);
    return invocation.getResponse(invocationContext, after.result);
  };

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
      const response = await callWithHooks(context, invocation, target.callback);
      await outputs.send(target.outputs, response);
      log('information', `${outcomeOf(target, response)} ${took()}`, about);
      return { succeeded: true, response };
    } catch (error) {
      const outcome = target.trigger.kind === 'http' ? '500' : 'failed';
      log('error', `${outcome} ${took()}: ${describeError(error)}`, about);
      return { succeeded: false, error: toError(error) };
    }
  };

  return { invoke: (target, request) => running.track(run(target, request)), idle: running.idle };
};

/** The library tries to parse every text of the metadata as JSON, and most are none: no stack is needed to tell. */
const withoutStacks = <Result>(call: () => Result): Result => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return call();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

const outcomeOf = (target: HostFunction, response: InvocationResponse): string =>
  target.trigger.kind === 'http' ? (response.returnValue?.http?.statusCode ?? '200') : 'ok';
