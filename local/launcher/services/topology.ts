import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { StartProblem } from '../../service/startProblem.ts';
import { messageOf } from '../../service/thrown.ts';

const path = z.string().startsWith('/');

const container = z.strictObject({
  name: z.string().min(1),
  partitionKey: path,
  /** Each key is the list of its paths. */
  uniqueKeys: z.array(z.array(path).min(1)).default([]),
  /** The only indexed paths. If absent, all paths are indexed. */
  indexedPaths: z.array(path).optional(),
  compositeIndexes: z
    .array(z.array(z.strictObject({ path, order: z.enum(['ascending', 'descending']) })).min(2))
    .default([]),
  /** -1: items expire only if they set a time of their own. Absent: items never expire. */
  defaultTtlSeconds: z.union([z.literal(-1), z.int().positive()]).optional(),
  /** Another number means that the app cannot read the items that it wrote before. */
  layout: z.int().positive().optional(),
});

const rule = z.union([
  z.strictObject({
    name: z.string().min(1),
    /** A message must have all of these application properties, with these values. */
    properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
  /** A message must meet the condition. */
  z.strictObject({ name: z.string().min(1), sql: z.string().min(1) }),
]);

const subscription = z.strictObject({
  name: z.string().min(1),
  /** Exists only where the app's setting LISTENERS names it. */
  switched: z.literal(true).optional(),
  lockDuration: z.string().optional(),
  maxDeliveryCount: z.int().positive().optional(),
  rules: z.array(rule).default([]),
});

const topic = z.strictObject({
  name: z.string().min(1),
  defaultMessageTimeToLive: z.string().optional(),
  /** At most 5120 in the tier Standard of Azure. */
  maxSizeInMegabytes: z.int().positive().optional(),
  /** Switches duplicate detection on. */
  duplicateDetectionHistoryTimeWindow: z.string().optional(),
  subscriptions: z.array(subscription).default([]),
});

const topology = z.strictObject({
  cosmos: z.strictObject({ database: z.string().min(1), containers: z.array(container) }),
  serviceBus: z.strictObject({ topics: z.array(topic) }),
});

/** Everything that the app expects in its services. Durations are ISO 8601. */
export type Topology = z.output<typeof topology>;
export type ContainerTopology = Topology['cosmos']['containers'][number];

/** Throws a StartProblem that names all mistakes. */
export const parseTopology = (text: string, source: string): Topology => {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new StartProblem(`${source} is not JSON: ${messageOf(error)}`);
  }
  const parsed = topology.safeParse(given);
  if (!parsed.success) throw new StartProblem(`${source} cannot be used:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
};

export const readTopology = async (file: string): Promise<Topology> => {
  try {
    return parseTopology(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof StartProblem) throw error;
    throw new StartProblem(`The topology cannot be read: ${messageOf(error)}`);
  }
};

/** What an app with these settings expects: its setting LISTENERS names, separated by commas, the switched subscriptions that are on. */
export const topologyFor = (
  { cosmos, serviceBus }: Topology,
  { LISTENERS = '' }: Readonly<Record<string, string>>,
): Topology => {
  const named = LISTENERS.split(',').map((name) => name.trim());
  const topics = serviceBus.topics.map((topic) => ({
    ...topic,
    subscriptions: topic.subscriptions.filter(({ name, switched }) => !switched || named.includes(name)),
  }));
  return { cosmos, serviceBus: { topics } };
};
