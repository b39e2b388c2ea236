import { toError } from '../service/thrown.ts';
import type { Core } from './core.ts';
import type { CoreInvocationContext, FunctionCallback, InvocationModel, InvocationResponse } from './rpc.ts';

type Hooked = { readonly hookData: object; readonly appHookData: object; readonly invocationContext: unknown };

/** Calls a function between its hooks. Hooks before it may replace its inputs and itself, hooks after it its result or error. */
export const callWithHooks = async (
  { core, appHookData }: { readonly core: Core; readonly appHookData: object },
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
  // So `throw undefined` counts as success, as in Azure.
  if (after.error !== null && after.error !== undefined) throw toError(after.error);
  return invocation.getResponse(invocationContext, after.result);
};

/** The library tries to parse each text of the metadata as JSON. Most fail, and collecting their stacks would cost time. */
const withoutStacks = <Result>(call: () => Result): Result => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return call();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};
