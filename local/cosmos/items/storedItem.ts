/** An item as it is stored. `body` is its JSON with the system properties; times are in seconds. */
export type StoredItem = {
  readonly sequence: number;
  readonly partitionKey: string;
  readonly id: string;
  readonly lsn: number;
  readonly modifiedAt: number;
  readonly expiresAt: number | null;
  readonly etag: string;
  readonly body: string;
};
