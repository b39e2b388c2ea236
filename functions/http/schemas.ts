import { z } from 'zod';
import { currency } from '../../domain/currency.ts';
import { parseAmount } from '../../domain/money.ts';
import { line } from '../../domain/text.ts';
import { exampleId, shownInstant } from '../../projections/fields.ts';
import { parseEntityTags, versionsIn } from './entityTags.ts';

/** A UUID in a request, in upper or lower case. */
export const uuid = z
  .guid({ error: 'is not a UUID' })
  .transform((text) => text.toLowerCase())
  .meta({ format: 'uuid', examples: [exampleId] });

export const idRoute = z.strictObject({ id: uuid });

const amountFields = z.object({
  amount: z
    .string()
    .regex(/^\d+(\.\d+)?$/, { error: 'must be a decimal number in plain digits, such as "12.34"' })
    .meta({ examples: ['12.34'] }),
  currency,
});
const amountProblem = (given: unknown): string | undefined => {
  const fields = amountFields.safeParse(given).data;
  const money = fields && parseAmount(fields.amount, fields.currency);
  return typeof money === 'string' ? money : undefined;
};

/** The body of a movement of money. */
export const movement = z
  .strictObject({ ...amountFields.shape, reference: line(140).optional() })
  .refine((given) => amountProblem(given) === undefined, {
    path: ['amount'],
    error: ({ input }) => amountProblem(input),
    // Even if other fields are wrong: the caller gets all problems at once.
    when: () => true,
  })
  .transform(({ amount: text, currency: code, reference }) => {
    const money = parseAmount(text, code);
    return typeof money === 'string' ? z.NEVER : { amount: money, reference };
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
    description:
      'ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now',
  });

export const creationHeaders = z.object({ 'idempotency-key': idempotencyKey.optional() });
export const accountCommandHeaders = creationHeaders.extend({ 'if-match': expectedVersions.optional() });
export const queryHeaders = z.object({ 'if-none-match': z.string().optional() });

const maximumPositions = 10;
const uuidPattern = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
const positionPattern = new RegExp(`^(?:(${uuidPattern}):)?([1-9]\\d{0,14})$`);

/** Positions that the answer has to reflect; a bare version belongs to the aggregate in the route. */
export const atLeast = z
  .string()
  .meta({ description: 'Up to ten positions, or a bare version, that the answer has to reflect' })
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
  limit: z
    .string()
    .regex(/^\d{1,3}$/, { error: 'must be a number from 1 to 200' })
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= 200, { error: 'must be a number from 1 to 200' })
    .default(50),
  cursor: z.string().max(2_000, { error: 'is not a cursor' }).optional(),
});

export const pageOf = (item: z.ZodType) => z.object({ items: z.array(item), nextCursor: z.string().optional() });

export const pastVersion = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, { error: 'must be a version, from 1' })
  .transform(Number)
  .meta({ description: 'The account as it was at this version' });

export const pastInstant = shownInstant
  .refine((text) => Date.parse(text) <= Date.now(), { error: 'must not be in the future' })
  .meta({ format: 'date-time', description: 'The account as it was at this instant' });
