/** The errors at the bottom of an error of the client, which nests them. */
const causesOf = (error: unknown): readonly unknown[] => {
  const { errors } = error as { errors?: unknown };
  return Array.isArray(errors) && errors.length > 0 ? errors.flatMap(causesOf) : [error];
};

const tooLarge = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];

/** Whether a broker refused a message for its size. */
export const isTooLarge = (error: unknown): boolean =>
  causesOf(error).some((cause) => tooLarge.includes(String((cause as { apiId?: unknown }).apiId)));

/** The messages of an error and of its causes: the client wraps what the broker, the socket or the identity said. */
const messagesOf = (error: unknown, depth = 3): readonly string[] =>
  error instanceof Error && depth > 0 ? [error.message, ...messagesOf(error.cause, depth - 1)] : [];

/** Says what went wrong, each cause once. */
export const reasonsOf = (error: unknown): string => {
  const reasons = causesOf(error).map((cause) => {
    const { message = String(cause), apiId, code, cause: deeper } = cause as Partial<Error & Record<string, unknown>>;
    const id = typeof apiId === 'string' ? apiId : typeof code === 'string' ? code : undefined;
    const further = messagesOf(deeper).join(': ');
    return `${message}${further && ` (${further})`}${id === undefined ? '' : ` [${id}]`}`;
  });
  return [...new Set(reasons)].slice(0, 3).join('; ').slice(0, 500);
};
