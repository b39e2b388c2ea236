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
