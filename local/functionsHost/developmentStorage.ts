import type { HostFunction } from './hostFunction.ts';

/** Storage on this machine. */
export type DevelopmentStorage = {
  readonly connectionString: string;
  /** Resolves once it can hold anything. Until then the host polls no queue. */
  readonly used: Promise<void>;
};

const developmentStorage = /^\s*UseDevelopmentStorage=true;?\s*$/i;

/** Puts this machine's storage in the place of `UseDevelopmentStorage=true`. Asks for it only if a function needs it. */
export const withStorage = async (
  functions: readonly HostFunction[],
  provide: (() => Promise<DevelopmentStorage>) | undefined,
): Promise<{ functions: readonly HostFunction[]; storage?: DevelopmentStorage }> => {
  const needed = functions.some(({ trigger, outputs }) =>
    [trigger, ...outputs].some((each) => 'connectionString' in each && developmentStorage.test(each.connectionString)),
  );
  if (!needed || !provide) return { functions };
  const storage = await provide();
  const { connectionString } = storage;
  // For clients that the functions create themselves.
  if (developmentStorage.test(process.env.AzureWebJobsStorage ?? ''))
    process.env.AzureWebJobsStorage = connectionString;
  const resolved = <T extends object>(each: T): T =>
    'connectionString' in each && developmentStorage.test(String(each.connectionString))
      ? { ...each, connectionString }
      : each;
  return {
    functions: functions.map((each) => ({
      ...each,
      trigger: resolved(each.trigger),
      outputs: each.outputs.map(resolved),
    })),
    storage,
  };
};
