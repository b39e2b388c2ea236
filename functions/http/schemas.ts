import { z } from 'zod';
import { currency, type Currency } from '../../domain/currency.ts';
import { parseAmount, type Money } from '../../domain/money.ts';
import { line } from '../../domain/text.ts';
import { eventIdParts } from '../../eventSourcing/commit.ts';
import { exampleId, shownInstant, uuid, versionPattern } from '../../projections/fields.ts';
import { cursorLimit, cursorPattern } from './cursor.ts';
import { entityTagsPattern, parseEntityTags, versionsIn } from './entityTags.ts';

const uuidPattern = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

/** An id of an event: of a hold, a transfer or a transaction. */
export const eventIdParameter = (description: string) =>
  z
    .string()
    .regex(new RegExp(`^${uuidPattern}:${versionPattern}$`), { error: 'is not an id such as "<account id>:7"' })
    .transform((text) => eventIdParts(text.toLowerCase()))
    .meta({ description, examples: [`${exampleId}:7`] });

/** The version of an event by its id; 0, which no event has, where the id is of another aggregate than the one in the route. */
export const versionOn = (id: string, named: { readonly aggregateId: string; readonly version: number }): number =>
  named.aggregateId === id ? named.version : 0;

/** For requests that say all by their route. */
export const withoutBody = { body: z.strictObject({}), mayLackBody: true, example: {} } as const;

export const idRoute = z.strictObject({ id: uuid.describe('The id of the customer or the account') });

/** A whole number in a parameter. */
export const wholeNumber = (
  minimum: number,
  maximum: number,
  error = `must be a number from ${minimum} to ${maximum}`,
) =>
  z
    .string()
    .refine((text) => /^(?:0|[1-9]\d{0,14})$/.test(text) && Number(text) >= minimum && Number(text) <= maximum, {
      error,
    })
    .transform(Number)
    .meta({ type: 'integer', minimum, maximum });

/** More than zero, with at most 15 digits before the point and 4 after it; the currency tells the rest. */
const amountPattern = String.raw`^(?:[1-9]\d{0,14}(?:\.\d{1,4})?|0\.(?:[1-9]\d{0,3}|0[1-9]\d{0,2}|00[1-9]\d?|000[1-9]))$`;

const amountFields = z.object({
  amount: z
    .string()
    .regex(/^\d+(\.\d+)?$/, { error: 'must be a decimal number in plain digits, such as "12.34"' })
    .meta({ pattern: amountPattern, examples: ['12.34'] }),
  currency,
});
const amountProblem = (given: unknown): string | undefined => {
  const fields = amountFields.safeParse(given).data;
  const money = fields && parseAmount(fields.amount, fields.currency);
  return typeof money === 'string' ? money : undefined;
};

/** A transform comes after the refinement, which has refused what is no amount. */
const moneyOf = (text: string, code: Currency): Money => {
  const money = parseAmount(text, code);
  return typeof money === 'string' ? z.NEVER : money;
};

type AmountText = { readonly amount: string; readonly currency: Currency };

/** The body of a movement of money, with further members. */
export const movementWith = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .strictObject({ ...amountFields.shape, reference: reference.optional(), ...shape })
    .refine((given) => amountProblem(given) === undefined, amountRefinement)
    .transform((given) => {
      const { amount: text, currency: code, ...others } = given as AmountText & Omit<typeof given, keyof AmountText>;
      return { amount: moneyOf(text, code), ...others };
    });

export const reference = line(140);

const amountRefinement = {
  path: ['amount'],
  error: ({ input }: { readonly input?: unknown }) => amountProblem(input),
  // Even if other fields are wrong: the caller gets all problems at once.
  when: () => true,
};

/** An amount within a body. */
export const givenMoney = z
  .strictObject(amountFields.shape)
  .refine((given) => amountProblem(given) === undefined, amountRefinement)
  .transform(({ amount: text, currency: code }) => moneyOf(text, code));

/** The body of a movement of money. */
export const movement = movementWith({});

/** The same where the amount may be missing, and then its currency, too. */
export const optionalMovementWith = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .strictObject({
      amount: amountFields.shape.amount.optional(),
      currency: currency.optional(),
      reference: reference.optional(),
      ...shape,
    })
    .refine((given) => 'amount' in given === 'currency' in given, {
      path: ['currency'],
      error: 'comes with amount, and never alone',
    })
    .refine((given) => amountProblem(given) === undefined, amountRefinement)
    .transform((given) => {
      const {
        amount: text,
        currency: code,
        ...others
      } = given as Partial<AmountText> & Omit<typeof given, keyof AmountText>;
      return { amount: text === undefined || code === undefined ? undefined : moneyOf(text, code), ...others };
    });

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, { error: 'must be 1 to 128 visible ASCII characters' })
  .meta({ description: 'The same key with the same request gives the first outcome again' });

const expectedVersions = z
  .string()
  .transform((text, context) => {
    const tags = parseEntityTags(text);
    if (tags) return versionsIn(tags);
    context.addIssue({ code: 'custom', message: 'must be an ETag with its quotes, such as "7", a list of them, or *' });
    return z.NEVER;
  })
  .meta({
    pattern: entityTagsPattern,
    description:
      'ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now',
  });

export const creationHeaders = z.object({ 'idempotency-key': idempotencyKey.optional() });
export const commandHeaders = creationHeaders.extend({ 'if-match': expectedVersions.optional() });
export const queryHeaders = z.object({
  'if-none-match': z
    .string()
    .meta({ description: 'ETags of answers that the caller has; 304 if one of them is still the answer' })
    .optional(),
});

const maximumPositions = 10;
const positionPattern = new RegExp(`^(?:(${uuidPattern}):)?(${versionPattern})$`);
const positionsPattern = (() => {
  const position = String.raw`\s*(?:${uuidPattern}:)?${versionPattern}\s*`;
  return `^${position}(?:,${position}){0,${maximumPositions - 1}}$`;
})();

/** Positions that the answer has to reflect; a bare version belongs to the aggregate in the route. */
export const atLeast = z
  .string()
  .meta({
    pattern: positionsPattern,
    description: 'Up to ten positions with commas in between, or a bare version, that the answer has to reflect',
    examples: [`${exampleId}:7`, '7'],
  })
  // The host joins repeated parameters with commas.
  .transform((text, context) => {
    const positions = text.split(',').map((part) => positionPattern.exec(part.trim()));
    if (positions.length > maximumPositions) {
      context.addIssue({ code: 'custom', message: `has more than ${maximumPositions} positions` });
    }
    if (positions.includes(null)) {
      context.addIssue({ code: 'custom', message: 'must be a position, such as "<id>:7", or a version' });
    }
    return positions.flatMap((match) =>
      match ? [{ aggregateId: match[1]?.toLowerCase(), version: Number(match[2]) }] : [],
    );
  });

export const positionsFor = (id: string, asked: z.infer<typeof atLeast> | undefined) =>
  (asked ?? []).map(({ aggregateId = id, version: wanted }) => ({ aggregateId, version: wanted }));

/** The parameters of every list. */
export const pageQuery = z.strictObject({
  limit: wholeNumber(1, 200).default(50).describe('How many items at most'),
  cursor: z
    .string()
    .max(cursorLimit, { error: 'is not a cursor' })
    .meta({ pattern: cursorPattern, description: 'The `nextCursor` of the page before' })
    .optional(),
});

export const pageOf = (item: z.ZodType) =>
  z.object({
    items: z.array(item),
    nextCursor: z
      .string()
      .meta({ pattern: cursorPattern, description: 'Where the next page begins; absent on the last' })
      .optional(),
  });

export const pastVersion = wholeNumber(1, 999_999_999_999_999, 'must be a version, from 1').describe(
  'The account as it was at this version',
);

export const pastInstant = shownInstant.meta({
  format: 'date-time',
  description: 'The account as it was at this instant, which is not to come',
});
