/** Why there is no answer, in words for readers. */
export type Failure = {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Of fields of a form: by pointers such as `/amount`. */
  readonly fields: Readonly<Record<string, string>>;
};

type Problem = {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
};

const withoutProblem: Readonly<Record<number, Pick<Failure, 'title' | 'detail'>>> = {
  401: { title: 'This needs another key', detail: 'The key that you gave does not open it.' },
  413: { title: 'Too long', detail: 'The bank takes no request of this length.' },
};

export const failureOf = (error: unknown, { status }: Pick<Response, 'status'>): Failure => {
  const problem: Problem = typeof error === 'object' && error !== null ? error : {};
  const other = withoutProblem[status];
  return {
    status,
    code: problem.code ?? `Status${status}`,
    title: problem.title ?? other?.title ?? 'The bank could not answer',
    detail: problem.detail ?? other?.detail ?? `It said ${status}, and nothing else.`,
    fields: Object.fromEntries((problem.errors ?? []).map(({ pointer, message }) => [pointer, message])),
  };
};

export const unreachable: Failure = {
  status: 0,
  code: 'Unreachable',
  title: 'The bank does not answer',
  detail: 'The connection failed. This page tries again by itself.',
  fields: {},
};

/** The failure of a command whose answer did not come. The reader may send it again where the app recognises the key. */
export const answerLost = (hasLastingKey: boolean): Failure => ({
  ...unreachable,
  detail: hasLastingKey
    ? 'Send it again: it is carried out once.'
    : 'It may have been carried out: look whether it was, before you send it again.',
});

/** The failure of a command that the app refused. The app keeps a key only once it has carried out the command. */
export const failureOfCommand = (error: unknown, response: Pick<Response, 'status'>): Failure => {
  const failure = failureOf(error, response);
  return failure.code === 'IdempotencyKeyReused'
    ? {
        ...failure,
        title: 'Your first try was carried out',
        detail: 'Only its answer was lost. Close this, and look at what it did.',
      }
    : failure;
};
