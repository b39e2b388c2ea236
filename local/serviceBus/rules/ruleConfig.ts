import { z } from 'zod';
import { entryName } from '../definitions/entityNames.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const correlationFilter = z
  .strictObject({
    ContentType: z.string().optional(),
    CorrelationId: z.string().optional(),
    Label: z.string().optional(),
    MessageId: z.string().optional(),
    ReplyTo: z.string().optional(),
    ReplyToSessionId: z.string().optional(),
    SessionId: z.string().optional(),
    To: z.string().optional(),
    Properties: z.record(z.string(), scalar).default({}),
  })
  .refine(
    ({ Properties, ...system }) =>
      Object.keys(Properties).length > 0 || Object.values(system).some((value) => value !== undefined),
    'needs at least one condition',
  );

const parameters = z.record(z.string(), scalar).default({});
const expression = z.string().max(1024);
const action = z.strictObject({ SqlExpression: expression.optional(), Parameters: parameters }).optional();

/** A rule of a subscription in the format of Microsoft's emulator, which has no `Parameters`. */
export const ruleFormat = z.strictObject({
  Name: entryName,
  Properties: z.discriminatedUnion('FilterType', [
    z.strictObject({ FilterType: z.literal('Correlation'), CorrelationFilter: correlationFilter, Action: action }),
    z.strictObject({
      FilterType: z.literal('Sql'),
      SqlFilter: z.strictObject({ SqlExpression: expression.min(1), Parameters: parameters }),
      Action: action,
    }),
  ]),
});

export type RuleConfig = z.output<typeof ruleFormat>;
export type CorrelationFilterConfig = Extract<
  RuleConfig['Properties'],
  { FilterType: 'Correlation' }
>['CorrelationFilter'];
