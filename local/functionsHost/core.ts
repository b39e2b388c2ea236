import type { FunctionCallback, FunctionMetadata, ProgrammingModel, RpcLog } from './rpc.ts';

export type RegisteredFunction = { readonly metadata: FunctionMetadata; readonly callback: FunctionCallback };

const hookNames = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation'] as const;
export type HookName = (typeof hookNames)[number];
export type HookCallback = (context: Record<string, unknown>) => unknown;

export class Disposable {
  #release: (() => void) | undefined;

  constructor(release: () => void) {
    this.#release = release;
  }

  dispose(): void {
    this.#release?.();
    this.#release = undefined;
  }
}

/** Collects what the app registers through the module `@azure/functions-core`. */
export type Core = {
  readonly module: Readonly<Record<string, unknown>>;
  readonly functions: () => readonly RegisteredFunction[];
  readonly hooks: (name: HookName) => readonly HookCallback[];
  readonly model: () => ProgrammingModel | undefined;
  /** Makes every later registration throw, as Azure does once it has indexed the app. */
  readonly lock: () => void;
};

/** The library recognises this error by its name and by the flag. */
const unknownHook = (name: string): RangeError =>
  Object.assign(new RangeError(`Unrecognized hook "${name}"`), { isAzureFunctionsSystemError: true });

const isHookName = (name: string): name is HookName => hookNames.some((known) => known === name);

export const createCore = (log: RpcLog): Core => {
  const functions = new Map<string, RegisteredFunction>();
  const hooks = new Map<HookName, HookCallback[]>(hookNames.map((name) => [name, []]));
  let model: ProgrammingModel | undefined;
  let locked = false;

  const registerFunction = (metadata: FunctionMetadata, callback: FunctionCallback): Disposable => {
    if (locked) throw new Error('A function can only be registered during app startup.');
    const id = metadata.functionId ?? metadata.name;
    if (functions.has(id)) throw new Error(`A function with id "${id}" has already been registered.`);
    functions.set(id, { metadata, callback });
    return new Disposable(() => functions.delete(id));
  };

  const registerHook = (name: string, callback: HookCallback): Disposable => {
    if (!isHookName(name)) throw unknownHook(name);
    hooks.get(name)?.push(callback);
    return new Disposable(() => {
      hooks.set(
        name,
        (hooks.get(name) ?? []).filter((other) => other !== callback),
      );
    });
  };

  return {
    module: {
      version: '3.9.1',
      hostVersion: '4.0.0',
      Disposable,
      registerFunction,
      registerHook,
      setProgrammingModel: (given: ProgrammingModel) => {
        model = given;
      },
      getProgrammingModel: () => model,
      log,
    },
    functions: () => [...functions.values()],
    hooks: (name) => hooks.get(name) ?? [],
    model: () => model,
    lock: () => {
      locked = true;
    },
  };
};
