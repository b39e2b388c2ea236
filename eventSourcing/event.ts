import type { z } from 'zod';

/** Turns the data of one schema version into the data of the next. */
export type Upcaster = { readonly from: z.ZodType; readonly upcast: (data: never) => unknown };

export const upcaster = <Old>(from: z.ZodType<Old>, upcast: (data: Old) => unknown): Upcaster => ({ from, upcast });

export type EventDefinition<Type extends string = string, Data = unknown> = {
  /** Stored; never changes. */
  readonly type: Type;
  readonly schemaVersion: number;
  readonly data: z.ZodType<Data>;
  /** By the schema version that each reads; one for every version before `schemaVersion`. */
  readonly upcasters?: Readonly<Record<number, Upcaster>>;
};

export const defineEvent = <const Type extends string, Data>(
  definition: EventDefinition<Type, Data>,
): EventDefinition<Type, Data> => definition;

/** An event's data in each schema version that this program reads, oldest first. */
export const versionsOf = ({ type, schemaVersion, data, upcasters = {} }: EventDefinition) => [
  ...Object.entries(upcasters).map(([version, { from }]) => ({ type, schemaVersion: Number(version), data: from })),
  { type, schemaVersion, data },
];

/** The event that a definition defines; over a union of definitions, the union of their events. */
export type EventOf<Definition> =
  Definition extends EventDefinition<infer Type, infer Data> ? { readonly type: Type; readonly data: Data } : never;

/** An event of any schema version, as the store or a message has it; nobody has checked it yet. */
export type EncodedEvent = { readonly type: string; readonly schemaVersion: number; readonly data: unknown };

/** This program cannot read the event: its type or schema version is unknown, or its data does not fit. */
export class UnreadableEvent extends Error {
  override name = 'UnreadableEvent';
}

/** The event is of a kind, a type or a schema version that a newer program may know: it is no rubbish. */
export class UnknownEvent extends UnreadableEvent {
  override name = 'UnknownEvent';
}

/** Upcasts the event, then validates it. Throws UnreadableEvent: a reader stops rather than guess. */
export const decodeEvent = <Definition extends EventDefinition>(
  definitions: readonly Definition[],
  { type, schemaVersion, data }: EncodedEvent,
): EventOf<Definition> => {
  const definition = definitions.find((candidate) => candidate.type === type);
  if (!definition) throw new UnknownEvent(`Unknown event type ${type}`);
  if (schemaVersion > definition.schemaVersion) {
    throw new UnknownEvent(`Unknown schema version ${schemaVersion} of ${type}`);
  }
  if (!Number.isInteger(schemaVersion) || schemaVersion < 1) {
    throw new UnreadableEvent(`Impossible schema version ${schemaVersion} of ${type}`);
  }
  let current = data;
  for (let version = schemaVersion; version < definition.schemaVersion; version += 1) {
    const step = definition.upcasters?.[version];
    if (!step) throw new UnreadableEvent(`No upcaster for schema version ${version} of ${type}`);
    current = step.upcast(read(step.from, current, type, version) as never);
  }
  const valid = read(definition.data, current, type, definition.schemaVersion);
  return { type, data: valid } as EventOf<Definition>;
};

/** The event in the newest schema version; as it is where it has that one, or where this program cannot read it. */
export const newestVersionOf = <Event extends EncodedEvent>(
  definitions: readonly EventDefinition[],
  event: Event,
): Event => {
  const definition = definitions.find(({ type }) => type === event.type);
  if (!definition || event.schemaVersion >= definition.schemaVersion) return event;
  try {
    return { ...event, schemaVersion: definition.schemaVersion, data: decodeEvent([definition], event).data };
  } catch (error) {
    if (error instanceof UnreadableEvent) return event;
    throw error;
  }
};

const read = (schema: z.ZodType, data: unknown, type: string, version: number): unknown => {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const problems = problemsIn(result.error);
  throw new UnreadableEvent(`Data of ${type} does not fit schema version ${version}: ${problems}`);
};

/** Why a value does not fit a schema, in one line. */
export const problemsIn = ({ issues }: z.ZodError): string =>
  issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
