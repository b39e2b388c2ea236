/** Work that goes on after its request was answered; kept for 30 days after its last change. */
export type Operation = {
  readonly operationId: string;
  readonly kind: 'rebuild' | 'replay';
  /** What it works on: a projection, a subscription. */
  readonly subject: string;
  readonly status: 'running' | 'succeeded' | 'failed' | 'cancelled';
  /** It was asked to end before its next step; what is under way then is finished. */
  readonly cancelRequested?: boolean | undefined;
  /** Why it failed. */
  readonly reason?: string | undefined;
  /** Events worked on, of how many; the total is an estimate until the end. */
  readonly done: number;
  readonly total: number;
  readonly startedAt: string;
  /** Of the last change, in the end that of the end. */
  readonly updatedAt: string;
  /** What its next step goes by; only its own kind can read it. */
  readonly state?: unknown;
};

export type Operations = {
  load(operationId: string): Promise<Operation | undefined>;
  /** Those of a kind that have not ended. */
  running(kind: Operation['kind']): Promise<readonly Operation[]>;
  /** Begins one; one that has begun already stays as it is. */
  begin(operation: Omit<Operation, 'startedAt' | 'updatedAt'>): Promise<void>;
  /**
   * Changes an operation as it is now, all or nothing: `change` is asked again when somebody else changed it meanwhile,
   * and leaves it by answering undefined. Returns what it is afterwards, undefined if there is none.
   */
  update(
    operationId: string,
    change: (operation: Operation) => Partial<Operation> | undefined,
  ): Promise<Operation | undefined>;
};

/** Asks an operation to end, if it is running. Returns it as it is then; undefined if there is none. */
export const requestCancellation = (operations: Operations, operationId: string): Promise<Operation | undefined> =>
  operations.update(operationId, ({ status, cancelRequested }) =>
    status === 'running' && !cancelRequested ? { cancelRequested: true } : undefined,
  );

/** Ends an operation, unless it has ended. */
export const endOperation = (operations: Operations, operationId: string, end: Partial<Operation>) =>
  operations.update(operationId, ({ status }) => (status === 'running' ? end : undefined));

/** Events a second so far, and the seconds that are left at that rate: undefined where nobody can tell. */
export const progressOf = ({ status, done, total, startedAt, updatedAt }: Operation, now: number) => {
  const until = status === 'running' ? now : Date.parse(updatedAt);
  const seconds = (until - Date.parse(startedAt)) / 1_000;
  const rate = seconds > 0 ? done / seconds : 0;
  const left = Math.max(0, total - done);
  return {
    rate: Math.round(rate),
    secondsLeft: status === 'running' ? (rate > 0 ? Math.ceil(left / rate) : undefined) : 0,
  };
};
