/** A value in a message or a request. An integer beyond 2^53 is a bigint. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Buffer
  | Date
  | { readonly descriptor: Value; readonly value: Value }
  | Value[]
  | Map<Value, Value>;
