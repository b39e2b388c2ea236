import type { Answer } from './answer.ts';

/** Every problem that a caller can meet: its code, status and title. */
const problems = {
  InvalidRequest: [400, 'The request is malformed'],
  CursorExpired: [400, 'The cursor belongs to a list that has been rebuilt since'],
  Unauthenticated: [401, 'A valid token is needed'],
  Forbidden: [403, 'The caller has no role that may do this'],
  NotFound: [404, 'There is nothing here'],
  MethodNotAllowed: [405, 'The method is not allowed here'],
  EmailTaken: [409, 'The e-mail address belongs to another customer'],
  CustomerAlreadyExists: [409, 'The customer exists already'],
  AccountAlreadyOpen: [409, 'The account is open already'],
  NothingToFlipBackTo: [409, 'There is no generation before, or another one is being built'],
  OperationHasEnded: [409, 'The operation has ended already'],
  VersionNotReached: [409, 'The version asked for does not exist yet'],
  VersionMismatch: [412, 'The account has moved on'],
  BodyTooLarge: [413, 'The body is larger than 64 KiB'],
  UnsupportedMediaType: [415, 'The body must be application/json'],
  UnknownCustomer: [422, 'There is no such customer'],
  CurrencyMismatch: [422, 'The account holds another currency'],
  BalanceLimitExceeded: [422, 'The balance would have more than 15 digits'],
  InsufficientFunds: [422, 'The balance does not cover the amount'],
  IdempotencyKeyReused: [422, 'The idempotency key was used for another request'],
  TooManyRequests: [429, 'Too many requests wait for this account'],
  RateLimited: [429, 'Too many requests from this caller'],
  InternalError: [500, 'Something went wrong here'],
  ServiceUnavailable: [503, 'A service behind is unavailable'],
  Contention: [503, 'Too many changes at the same moment'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof problems;
export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problems, code);

export type FieldProblem = { readonly pointer: string; readonly message: string };

type Extras = {
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document. */
  readonly members?: Readonly<Record<string, unknown>>;
};

export const statusOf = (code: ProblemCode): number => problems[code][0];

/** An RFC 9457 problem document; `instance` is filled in by the endpoint. */
export const problem = (code: ProblemCode, { detail, errors, headers, members }: Extras = {}): Answer => {
  const [status, title] = problems[code];
  const retry = status === 503 || status === 429 ? { 'retry-after': '1' } : {};
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...retry, ...headers },
    body: {
      type: `urn:daybook:problem:${code}`,
      title,
      status,
      detail: detail ?? `${title}.`,
      code,
      errors,
      ...members,
    },
  };
};

export const badRequest = (...errors: readonly FieldProblem[]): Answer => problem('InvalidRequest', { errors });
export const notFound = (): Answer => problem('NotFound');
