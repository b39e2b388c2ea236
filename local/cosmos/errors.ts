/** A refusal. It becomes the status and the JSON body `{ code, message }` of the answer. */
export class CosmosError extends Error {
  override readonly name = 'CosmosError';
  readonly status: number;
  readonly substatus: number | undefined;
  /** Properties of the body beside `code` and `message`. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Headers of the answer. */
  headers: Readonly<Record<string, string | number>> = {};

  constructor(
    status: number,
    message: string,
    options: { substatus?: number; details?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.status = status;
    this.substatus = options.substatus;
    this.details = options.details ?? {};
  }
}

const codes: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  408: 'RequestTimeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'PreconditionFailed',
  413: 'RequestEntityTooLarge',
  429: 'TooManyRequests',
  449: 'RetryWith',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
};

/** The `code` that Azure gives a status in the body of an error. */
export const codeOf = (status: number): string => codes[status] ?? String(status);

export const badRequest = (message: string): CosmosError => new CosmosError(400, message);

export const unauthorized = (): CosmosError =>
  new CosmosError(
    401,
    "The input authorization token can't serve the request. The wrong key is being used or the expected payload is not built as per the protocol.",
  );

export const withoutDate = (): CosmosError =>
  new CosmosError(401, 'Authorization token mandates Date header. Please pass in RFC 1123 style date format.');

/** The refusal of a signature whose date is too far from the server's clock. */
export const outOfTime = (date: Date, now: Date): CosmosError =>
  new CosmosError(
    403,
    `The authorization token is not valid at the current time. Please create another token and retry (token time: ${date.toUTCString()}, current server time: ${now.toUTCString()}).`,
  );

export const notFound = (what = 'Entity with the specified id'): CosmosError =>
  new CosmosError(404, `${what} does not exist in the system.`);

/** The refusal of a request whose container or database does not exist. */
export const ownerNotFound = (): CosmosError =>
  new CosmosError(404, 'Owner resource does not exist', { substatus: 1003 });

export const methodNotAllowed = (): CosmosError => new CosmosError(405, 'The requested verb is not supported.');

export const conflict = (message = 'Entity with the specified id already exists in the system.'): CosmosError =>
  new CosmosError(409, message);

export const preconditionFailed = (): CosmosError =>
  new CosmosError(412, 'One of the specified pre-condition is not met.');

export const tooLarge = (): CosmosError => new CosmosError(413, 'Request size is too large.');

/** The refusal of a document whose partition key is not the one in the header. */
export const partitionKeyMismatch = (): CosmosError =>
  new CosmosError(400, "PartitionKey extracted from document doesn't match the one specified in the header.", {
    substatus: 1001,
  });
