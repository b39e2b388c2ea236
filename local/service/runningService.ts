/** An embedded service that has started. */
export type RunningService = {
  /** The port on 127.0.0.1 on which it listens: the given one, or the free one that it found for 0. */
  readonly port: number;
  /** The connection string for clients of the real service. */
  readonly connectionString: string;
  /** Stops listening, ends all connections, and writes everything acknowledged to disk. */
  close(): Promise<void>;
};
