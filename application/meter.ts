/** The cost of work so far: requests to Cosmos DB, and the request units that it charged. */
export type Cost = { trips: number; units: number };

/** `waited`: whether the work waited for something to come, and looked again. */
export type Bill = Cost & { waited: boolean };

/** Attributes to work what the services charge for it. */
export type Meter = {
  /**
   * Runs work on a bill of its own, which the work gets, and which grows meanwhile; in the trace of the span that a
   * traceparent names, where one is given.
   */
  readonly measure: <Result>(work: (bill: Readonly<Bill>) => Promise<Result>, traceparent?: string) => Promise<Result>;
  /** A way to charge the work that is under way now, later, from elsewhere. */
  readonly bill: () => (cost: Readonly<Cost>) => void;
  /** Waits, at most until the signal aborts, and notes on the bill of the work under way that it waited. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
};
