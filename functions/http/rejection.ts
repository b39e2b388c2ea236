import { money } from '../../domain/money.ts';
import { toAmount } from '../../projections/fields.ts';
import type { Answer } from './answer.ts';
import {
  badRequest,
  isProblemCode,
  ownProblem,
  problem,
  type FieldProblem,
  type OwnProblems,
  type ProblemCode,
} from './problem.ts';

/** Rejections whose problem has another code. All others have the same. */
const renamed = {
  AccountNotOpen: 'NotFound',
  NoSuchHold: 'NotFound',
  NoSuchEvent: 'NotFound',
  NoSuchTransfer: 'NotFound',
  VerdictOnAnother: 'NotFound',
  CustomerUnknown: 'NotFound',
  EmailClaimMoved: 'Contention',
} as const satisfies Readonly<Record<string, ProblemCode>>;

/** Refusals of a member of the request, which only the rules can judge: by the clock, or by a secret. */
const malformed = {
  ExpiryOutOfRange: { pointer: '/expiresAt', message: 'must be an instant to come, at most 31 days away' },
  ForeignQuote: { pointer: '/quote', message: 'is not a quote of this bank' },
} as const satisfies Readonly<Record<string, FieldProblem>>;

/** A rejection that has a problem, and so a status. Endpoints do not compile for an aggregate with any other rejection. */
export type KnownRejection = { readonly code: ProblemCode | keyof typeof renamed | keyof typeof malformed };

/** The problem of a rejection, which may be the context's own. It has the rejection's other members, too. */
export const rejected = ({ code, ...others }: { readonly code: string }, own: OwnProblems = {}): Answer => {
  if (isMalformed(code)) return badRequest(malformed[code]);
  const shown = Object.entries<unknown>(others).map(([name, value]) => [name, shownValue(value)] as const);
  const members = Object.fromEntries(shown);
  return Object.hasOwn(own, code) ? ownProblem(own, code, { members }) : problem(problemCodeOf(code), { members });
};

const isMalformed = (code: string): code is keyof typeof malformed => Object.hasOwn(malformed, code);
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
