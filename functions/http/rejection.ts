import { money } from '../../domain/money.ts';
import { toAmount } from '../../projections/fields.ts';
import type { Answer } from './answer.ts';
import { isProblemCode, problem, type ProblemCode } from './problem.ts';

/** Rejections that callers meet under another code. */
const renamed = { AccountNotOpen: 'NotFound' } as const satisfies Readonly<Record<string, ProblemCode>>;

/** Rejections whose status has been chosen: those of an aggregate with any other do not compile as endpoints. */
export type KnownRejection = { readonly code: ProblemCode | keyof typeof renamed };

/** A rejection as a problem, with the rejection's other members as further members. */
export const rejected = ({ code, ...members }: { readonly code: string }): Answer => {
  const shown = Object.entries<unknown>(members).map(([name, value]) => [name, shownValue(value)]);
  return problem(problemCodeOf(code), { members: Object.fromEntries(shown) as Readonly<Record<string, unknown>> });
};

const isRenamed = (code: string): code is keyof typeof renamed => Object.hasOwn(renamed, code);

const problemCodeOf = (code: string): ProblemCode => {
  if (isRenamed(code)) return renamed[code];
  if (isProblemCode(code)) return code;
  throw new Error(`No problem is declared for the rejection ${code}`);
};

const shownValue = (value: unknown): unknown => {
  const { data } = money.safeParse(value);
  return data ? toAmount(data) : value;
};
