import { money } from '../../domain/money.ts';
import { toAmount } from '../../projections/fields.ts';
import type { Answer } from './answer.ts';
import { isProblemCode, problem, type ProblemCode } from './problem.ts';

/** Rejections whose problem has another code. All others have the same. */
const renamed = { AccountNotOpen: 'NotFound' } as const satisfies Readonly<Record<string, ProblemCode>>;

/** A rejection that has a problem, and so a status. Endpoints do not compile for an aggregate with any other rejection. */
export type KnownRejection = { readonly code: ProblemCode | keyof typeof renamed };

/** The problem of a rejection. It has the rejection's other members, too. */
export const rejected = ({ code, ...members }: { readonly code: string }): Answer => {
  const shown = Object.entries<unknown>(members).map(([name, value]) => [name, shownValue(value)] as const);
  return problem(problemCodeOf(code), { members: Object.fromEntries(shown) });
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
