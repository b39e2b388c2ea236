import type { Answer } from './answer.ts';

/** A problem: its status, its title, and its detail unless the code that refuses knows more. */
export type ProblemDefinition = readonly [status: number, title: string, detail: string];

/** Problems of a context's own, by their codes. */
export type OwnProblems<Code extends string = string> = Readonly<Record<Code, ProblemDefinition>>;

/** Every problem of the API. */
const problems = {
  InvalidRequest: [400, 'Invalid request', 'Each of the errors names a place in the request and what is wrong there.'],
  CursorExpired: [400, 'Cursor expired', 'The list has been rebuilt since. Begin again with its first page.'],
  Unauthenticated: [401, 'Unauthenticated', 'A bearer token is required.'],
  Forbidden: [403, 'Forbidden', "None of the caller's roles may do this."],
  NotFound: [404, 'Not found', 'The route, or an id or name in it, is unknown.'],
  MethodNotAllowed: [405, 'Method not allowed', 'The header allow lists the methods of this route.'],
  NotAcceptable: [406, 'Not acceptable', 'The answer has none of the media types that the header accept takes.'],
  EmailTaken: [409, 'E-mail address taken', 'The address belongs to another customer.'],
  CustomerAlreadyExists: [409, 'Customer already exists', 'A customer with this id was created before.'],
  AccountClosed: [409, 'Account closed', 'It takes and gives no money any more.'],
  AccountFrozen: [409, 'Account frozen', 'It gives no money away until a teller unfreezes it.'],
  AlreadyReversed: [409, 'Already reversed', 'Another request reversed this transaction before.'],
  HoldEnded: [409, 'Hold ended', 'Somebody captured or released it, or its time is over.'],
  BalanceNotZero: [409, 'Balance not zero', 'Only an empty account can be closed.'],
  HoldsOpen: [409, 'Holds open', 'An account can be closed once each of its holds has ended.'],
  TransfersInTransit: [409, 'Transfers in transit', 'An account can be closed once each transfer from it has ended.'],
  AccountAlreadyOpen: [409, 'Account already open', 'An account with this id was opened before.'],
  EventGone: [
    409,
    'Event gone',
    'The event store does not have the event of this message, which can only be discarded.',
  ],
  NothingToFlipBackTo: [409, 'Nothing to flip back to', 'No former generation is kept, or another one is being built.'],
  OperationHasEnded: [409, 'Operation has ended', 'Only a running operation can be cancelled.'],
  WebhookDisabled: [409, 'Webhook disabled', 'It is told of nothing until somebody enables it.'],
  VersionNotReached: [409, 'Version not reached', 'One of the versions in atLeast does not exist yet.'],
  PositionGone: [410, 'Position gone', 'It is a position of another event store, or of this one before a restore.'],
  VersionMismatch: [412, 'Version mismatch', 'If-Match expects another one.'],
  BodyTooLarge: [413, 'Body too large', 'A body has at most 64 KiB.'],
  UnsupportedMediaType: [415, 'Unsupported media type', 'The body must be application/json in UTF-8, not encoded.'],
  UnknownAccount: [422, 'Unknown account', 'No account has the id in `to`.'],
  ReceiverClosed: [422, 'Receiver closed', 'The account that shall get the money is closed.'],
  SameAccount: [422, 'Same account', 'Money moves from one account to another.'],
  QuoteRequired: [422, 'Quote required', 'The receiver has another currency: ask for a quote first.'],
  QuoteExpired: [422, 'Quote expired', 'Ask for a new one.'],
  QuoteMismatch: [422, 'Quote mismatch', 'The quote is for another amount or another currency, or none is needed.'],
  TooManyTransfers: [422, 'Too many transfers', '100 transfers from this account are on their way.'],
  TooManyWebhooks: [422, 'Too many webhooks', 'There are 50.'],
  TooManySecrets: [422, 'Too many secrets', 'Ten are valid. The oldest one ends within a day.'],
  TooManyHolds: [422, 'Too many holds', '100 holds on this account are open.'],
  CaptureExceedsHold: [422, 'Capture exceeds hold', 'The amount is higher than what is held.'],
  StatementTooLong: [422, 'Statement too long', 'It has more lines than this format takes.'],
  NotReversible: [422, 'Not reversible', 'Only deposits and withdrawals can be reversed.'],
  UnknownCustomer: [422, 'Unknown customer', 'No customer has this id.'],
  CurrencyMismatch: [422, 'Currency mismatch', 'The account has another currency.'],
  NoRate: [422, 'No rate', 'Nobody has set one for these two currencies in this direction.'],
  AmountTooSmall: [422, 'Amount too small', 'It brings less than one minor unit of the other currency.'],
  BalanceLimitExceeded: [422, 'Balance limit exceeded', 'The balance would have more than 15 digits.'],
  CommandTooLarge: [422, 'Command too large', 'What the command would append is more than the event store takes.'],
  InsufficientFunds: [422, 'Insufficient funds', 'The amount is higher than what is available.'],
  IdempotencyKeyReused: [422, 'Idempotency key reused', 'The key came with another request before.'],
  TooManyRequests: [429, 'Too many requests', 'Too many commands wait for the same thing to change. Try again later.'],
  RateLimited: [429, 'Rate limit exceeded', 'The caller sends too many requests. Try again later.'],
  InternalError: [500, 'Internal error', 'The app failed to answer and has logged the reason.'],
  ServiceUnavailable: [503, 'Service unavailable', 'A service that the app needs is unavailable. Try again later.'],
  Contention: [503, 'Contention', 'Too many requests change the same data at this moment. Try again.'],
} as const satisfies OwnProblems;

export type ProblemCode = keyof typeof problems;
export const problemCodes = Object.keys(problems) as readonly ProblemCode[];
export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problems, code);

export type FieldProblem = { readonly pointer: string; readonly message: string };

type Extras = {
  /** In place of the general one of the table. */
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document. */
  readonly members?: Readonly<Record<string, unknown>>;
};

export const statusOf = (code: ProblemCode): number => problems[code][0];

/** A problem document (RFC 9457); the response adds `instance`. */
export const problem = (code: ProblemCode, extras?: Extras): Answer => ownProblem(problems, code, extras);

/** The document of a problem of a context's own. */
export const ownProblem = <Code extends string>(
  own: OwnProblems<Code>,
  code: NoInfer<Code>,
  extras: Extras = {},
): Answer => {
  const [status, title, general] = own[code];
  const { detail = general, errors, headers, members } = extras;
  const retry = status === 503 || status === 429 ? { 'retry-after': '1' } : {};
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...retry, ...headers },
    body: { type: `urn:daybook:problem:${code}`, title, status, detail, code, errors, ...members },
  };
};

/** One answer lists no more: a request of 64 KiB may have thousands. */
export const maximumProblems = 20;

export const badRequest = (...errors: readonly FieldProblem[]): Answer =>
  problem('InvalidRequest', { errors: errors.slice(0, maximumProblems) });
/** For a view that was folded under another setting. */
export const needsRebuild = (): Answer =>
  problem('ServiceUnavailable', { detail: 'The view has to be rebuilt first.', headers: { 'retry-after': '60' } });
export const notFound = (): Answer => problem('NotFound');
/** A 404 that names what there is. */
export const notFoundAmong = (what: string, names: readonly string[]): Answer =>
  problem('NotFound', { detail: `There is no such ${what}, but: ${names.join(', ')}.` });
