/** What work cost so far at the services behind: requests to Cosmos DB, and the request units that it charged. */
export type Cost = { trips: number; units: number };

/** Attributes what services charge to the work that caused it. */
export type Meter = {
  /**
   * Runs work on an account of its own, which it is handed and which grows as it goes; in the trace of the span that a
   * traceparent names, where one is given.
   */
  readonly measure: <Result>(work: (cost: Readonly<Cost>) => Promise<Result>, traceparent?: string) => Promise<Result>;
  /** A way to charge the work that is under way now, later, from elsewhere. */
  readonly account: () => (cost: Readonly<Cost>) => void;
};
