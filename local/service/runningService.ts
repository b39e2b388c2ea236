/** What starting any embedded service gives back. */
export type RunningService = {
  /** The port that it listens on, on 127.0.0.1; the one asked for, or the free one found for 0. */
  readonly port: number;
  /** What a client of the real service would put into its settings. */
  readonly connectionString: string;
  /** Stops listening, ends every connection, and makes everything acknowledged durable. */
  close(): Promise<void>;
};
