import { z } from 'zod';
import { seededRandom } from './seededRandom.ts';

const longestMs = 600_000;
const mostRules = 1_000;

const when = z.enum(['before', 'after']);

/** Everything that can go wrong with an operation. An operation that is refused, or dropped `before`, has no effect. */
const faultSchema = z.discriminatedUnion('kind', [
  /** The service refuses, before the operation has any effect. */
  z.strictObject({
    kind: z.literal('answer'),
    status: z.int().min(400).max(599),
    substatus: z.int().min(0).optional(),
    retryAfterMs: z.int().min(0).max(longestMs).optional(),
  }),
  /** The connection ends without an answer, before or after the operation took effect. */
  z.strictObject({ kind: z.literal('drop'), when }),
  /** The service carries the operation out later. */
  z.strictObject({ kind: z.literal('delay'), ms: z.int().min(0).max(longestMs) }),
  /** The connection stays, but the service never answers, before or after the operation took effect. */
  z.strictObject({ kind: z.literal('timeout'), when }),
  /** The service delivers a message twice. */
  z.strictObject({ kind: z.literal('duplicate') }),
  /** The next message overtakes a message. */
  z.strictObject({ kind: z.literal('reorder') }),
  /** Locks expire at once. */
  z.strictObject({ kind: z.literal('expireLocks') }),
  /** The service refuses with an error condition of AMQP. */
  z.strictObject({ kind: z.literal('reject'), condition: z.string().min(1).max(200) }),
]);

export type Fault = z.output<typeof faultSchema>;

const ruleSchema = z.strictObject({
  /** For whoever lists the rules. */
  name: z.string().max(100).optional(),
  /** The operations that the rule matches; by default all of them. */
  on: z
    .strictObject({
      operation: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
      target: z.string().optional(),
      /** The id of a physical partition. */
      range: z.string().optional(),
      /** A partition key: the rule then matches the operations with this key within bulk requests, each on its own. */
      key: z.string().optional(),
    })
    .default({}),
  /** How many operations the rule hits: by default 1, or, with a share, all that the share picks. */
  times: z.int().positive().optional(),
  /** How many matching operations pass before the first is hit. */
  skip: z.int().min(0).default(0),
  /** The share of matching operations that the rule hits. The same seed picks the same ones. */
  share: z.number().min(0).max(1).optional(),
  seed: z.int().default(1),
  fault: faultSchema,
});

/** A rule as tests and bodies of requests write it. */
export type FaultRule = z.input<typeof ruleSchema>;
export type RuleWithHits = FaultRule & { readonly hits: number };

/** The faults that a service supports. It refuses other rules, since they would never hit. */
export type FaultCapabilities = {
  readonly operations: readonly string[];
  readonly kinds: readonly Fault['kind'][];
  /** Whether operations touch physical partitions. */
  readonly hasRanges?: boolean;
};

export type FaultRules = {
  /** Adds one rule or a list of rules after the existing ones. If one is wrong, throws an InvalidFaultRule and adds none. */
  add(given: unknown): void;
  clear(): void;
  /**
   * The fault for an operation that begins now: that of the first rule that hits it. `rangesOf` returns the ids of the
   * physical partitions that the operation touches.
   */
  match(operation: string, target: string, rangesOf?: () => readonly string[]): Fault | undefined;
  /** The status with which the service refuses one operation of a bulk request. */
  refusalWithin(operation: string, target: string, key: string): number | undefined;
  /** The rules in their order. */
  list(): readonly RuleWithHits[];
};

/** A rule that cannot be used; the message says why. */
export class InvalidFaultRule extends Error {
  override readonly name = 'InvalidFaultRule';
}

type ActiveRule = {
  readonly rule: z.output<typeof ruleSchema>;
  readonly random: () => number;
  seen: number;
  hits: number;
};

/** The rules of one service. They use no clock and no randomness: the same operations always meet the same faults. */
export const createFaultRules = ({ operations, kinds, hasRanges = false }: FaultCapabilities): FaultRules => {
  let rules: ActiveRule[] = [];

  const parse = (given: unknown): ActiveRule => {
    const parsed = ruleSchema.safeParse(given);
    if (!parsed.success) throw new InvalidFaultRule(z.prettifyError(parsed.error));
    const rule = parsed.data;
    const unknown = operationsOf(rule).find((operation) => !operations.includes(operation));
    if (unknown !== undefined) {
      throw new InvalidFaultRule(`There is no operation '${unknown}' here, but: ${operations.join(', ')}.`);
    }
    if (!kinds.includes(rule.fault.kind)) {
      throw new InvalidFaultRule(`There is no fault '${rule.fault.kind}' here, but: ${kinds.join(', ')}.`);
    }
    const { range, key } = rule.on;
    if ((range ?? key) !== undefined && !hasRanges) throw new InvalidFaultRule('There are no ranges and keys here.');
    if (key !== undefined && rule.fault.kind !== 'answer') {
      throw new InvalidFaultRule("Within a bulk request, an operation can only meet the fault 'answer'.");
    }
    return { rule, random: seededRandom(rule.seed), seen: 0, hits: 0 };
  };

  return {
    add(given) {
      const added = (Array.isArray(given) ? given : [given]).map(parse);
      if (rules.length + added.length > mostRules) throw new InvalidFaultRule(`More than ${mostRules} rules.`);
      rules = [...rules, ...added];
    },
    clear() {
      rules = [];
    },
    match: (operation, target, rangesOf = () => []) =>
      rules.find((active) => hits(active, { operation, target, rangesOf, key: undefined }))?.rule.fault,
    refusalWithin(operation, target, key) {
      const fault = rules.find((active) => hits(active, { operation, target, rangesOf: () => [], key }))?.rule.fault;
      return fault?.kind === 'answer' ? fault.status : undefined;
    },
    list: () => rules.map(({ rule, hits }) => ({ ...rule, hits })),
  };
};

const operationsOf = ({ on }: ActiveRule['rule']): readonly string[] =>
  on.operation === undefined ? [] : [on.operation].flat();

type Begun = {
  readonly operation: string;
  readonly target: string;
  readonly rangesOf: () => readonly string[];
  /** The key of an operation within a request; undefined for a whole request. */
  readonly key: string | undefined;
};

const isAbout = ({ rule }: ActiveRule, { operation, target, rangesOf, key }: Begun): boolean => {
  if (rule.on.key !== key) return false;
  const named = operationsOf(rule);
  if (named.length > 0 && !named.includes(operation)) return false;
  if ((rule.on.target ?? target) !== target) return false;
  return rule.on.range === undefined || rangesOf().includes(rule.on.range);
};

const hits = (active: ActiveRule, begun: Begun): boolean => {
  const { skip, share } = active.rule;
  const times = active.rule.times ?? (share === undefined ? 1 : Infinity);
  if (active.hits >= times || !isAbout(active, begun)) return false;
  active.seen++;
  if (active.seen <= skip) return false;
  if (share !== undefined && active.random() >= share) return false;
  active.hits++;
  return true;
};
