/** An answer whose body is sent as JSON, or as the bytes that it has. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** In place of a body; a header says what it is. */
  readonly content?: Uint8Array;
};
