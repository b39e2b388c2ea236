import { createHash } from 'node:crypto';

type BicepFunction = (...values: never[]) => unknown;
type Callable = (...values: unknown[]) => unknown;
type Fields = Readonly<Record<string, unknown>>;

const hash = (values: readonly unknown[]): string => createHash('sha256').update(values.join('\n')).digest('hex');

/** These look like UUIDs, but Azure makes others. */
const guid = (...values: string[]): string =>
  hash(values).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

const subscriptionId = '/subscriptions/11111111-1111-1111-1111-111111111111';

/** Those that the templates use. Names that Azure would make up are made up here, the same in every run. */
const functions: Readonly<Record<string, BicepFunction>> = {
  any: (value: unknown) => value,
  cidrSubnet: (network: string, size: number, index: number) => `${network} in /${size}, number ${index}`,
  concat: (...lists: unknown[][]) => lists.flat(),
  contains: (within: Fields | unknown[], wanted: string) =>
    Array.isArray(within) ? within.includes(wanted) : wanted in within,
  deployment: () => ({ location: 'westeurope' }),
  empty: (value: Fields | string | null) => value === null || Object.keys(value).length === 0,
  environment: () => ({ suffixes: { storage: 'core.windows.net' } }),
  fail: (message: string) => {
    throw new Error(message);
  },
  filter: (list: unknown[], wanted: (item: unknown) => unknown) => list.filter((item) => wanted(item) === true),
  flatten: (lists: unknown[][]) => lists.flat(),
  guid,
  indexOf: (list: unknown[], item: unknown) => list.indexOf(item),
  items: (fields: Fields) =>
    Object.keys(fields)
      .sort()
      .map((key) => ({ key, value: fields[key] })),
  join: (parts: string[], separator: string) => parts.join(separator),
  map: (list: unknown[], each: (item: unknown) => unknown) => list.map((item) => each(item)),
  newGuid: () => guid('new'),
  padLeft: (value: unknown, length: number, filler: string) => String(value).padStart(length, filler),
  readEnvironmentVariable: (_name: string, otherwise: string) => otherwise,
  replace: (text: string, from: string, to: string) => text.replaceAll(from, to),
  split: (text: string, separator: string) => text.split(separator),
  string: (value: unknown) => String(value),
  subscription: () => ({ id: subscriptionId }),
  subscriptionResourceId: (type: string, name: string) => `${subscriptionId}/providers/${type}/${name}`,
  tenant: () => ({ tenantId: '22222222-2222-2222-2222-222222222222' }),
  union: (...parts: Fields[] | unknown[][]) =>
    parts.every((part) => Array.isArray(part)) ? [...new Set(parts.flat())] : (Object.assign({}, ...parts) as Fields),
  uniqueString: (...values: string[]) => hash(values).slice(0, 13),
};

export const bicepFunctions = functions as Readonly<Record<string, Callable | undefined>>;

export const callable = (value: unknown): Callable => {
  if (typeof value !== 'function') throw new Error('Only a function can be called');
  return value as Callable;
};
