import { z } from 'zod';
import { currency } from '../../domain/currency.ts';
import { currencyPathOf, isMoney, minorUnits, money } from '../../domain/money.ts';
import { versionsOf, type EncodedEvent, type EventDefinition } from '../../eventSourcing/event.ts';
import { amount, amountOf, toAmount } from '../../projections/fields.ts';

/** How data of a schema is answered. `show` takes only what the stored schema accepts. */
type Shown = { readonly answer: z.ZodType; readonly show: (value: unknown) => unknown };

/** Follows the schema of stored data: money, and minor units that name their currency, become amounts as the API writes them. */
const shownBy = (schema: unknown): Shown => {
  if (isMoney(schema)) return { answer: amount, show: (value) => toAmount(money.parse(value)) };
  if (schema instanceof z.ZodOptional) {
    const { answer, show } = shownBy(schema.unwrap());
    return { answer: answer.optional(), show: (value) => (value === undefined ? undefined : show(value)) };
  }
  if (schema instanceof z.ZodArray) {
    const { answer, show } = shownBy(schema.element);
    return { answer: z.array(answer), show: (value) => (value as unknown[]).map(show) };
  }
  if (schema instanceof z.ZodObject) return objectShownBy(schema);
  return { answer: schema as z.ZodType, show: (value) => value };
};

type Fields = Readonly<Record<string, unknown>>;

const objectShownBy = ({ shape }: z.ZodObject): Shown => {
  const shown = Object.entries(shape).map(([name, schema]) => {
    const path = currencyPathOf(schema as z.ZodType);
    if (path)
      return { name, answer: amount, show: (value: unknown, beside: Fields) => amountBeside(value, beside, path) };
    return { name, ...shownBy(schema) };
  });
  return {
    answer: z.object(Object.fromEntries(shown.map(({ name, answer }) => [name, answer]))),
    show: (value) => {
      const fields = value as Fields;
      const own = shown.filter(({ name }) => name in fields);
      return { ...fields, ...Object.fromEntries(own.map(({ name, show }) => [name, show(fields[name], fields)])) };
    },
  };
};

const amountBeside = (minor: unknown, beside: Fields, path: readonly string[]) => {
  const code = path.reduce<unknown>((part, name) => (part as Fields)[name], beside);
  return amountOf(minorUnits.parse(minor), currency.parse(code));
};

export type EventAnswers = {
  /** The schema of each type and version, as answers have them: `type`, `schemaVersion`, `data`. */
  readonly schemas: readonly z.ZodObject[];
  /** The data of a stored event; as it is stored where this program does not know its schema. */
  readonly dataOf: (event: EncodedEvent) => unknown;
};

/** How a kind's events are answered, each by the schema of its own version: the audit trail upcasts nothing. */
export const eventAnswers = (definitions: readonly EventDefinition[]): EventAnswers => {
  const shown = definitions
    .flatMap(versionsOf)
    .map(({ data: stored, ...version }) => ({ ...version, stored, ...shownBy(stored) }));
  return {
    schemas: shown.map(({ type, schemaVersion, answer }) =>
      z.object({ type: z.literal(type), schemaVersion: z.literal(schemaVersion), data: answer }),
    ),
    dataOf({ type, schemaVersion, data }) {
      const own = shown.find((each) => each.type === type && each.schemaVersion === schemaVersion);
      return own?.stored.safeParse(data).success ? own.show(data) : data;
    },
  };
};
