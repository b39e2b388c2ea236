import type { Sint64, TypedData } from './rpc.ts';

/**
 * A value of the host by the kind that decides its wire form: Azure's host sends strings as text, an array of 64-bit integers as
 * itself, and every other value of a trigger (numbers, dates, dictionaries) as JSON.
 */
export type HostValue =
  | { readonly kind: 'text'; readonly value: string | undefined }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'long'; readonly value: Sint64 & { toString(): string } };

export const textData = (text: string): TypedData => ({ string: text });

export const jsonData = (value: unknown): TypedData => ({ json: JSON.stringify(value) });

/**
 * Texts as one array. If the app has the capability `IncludeEmptyEntriesInMessagePayload`, empty entries stay as ''. If not, the host
 * leaves them out, as Azure's does, and later entries move up.
 */
export const textCollection = (texts: readonly (string | undefined)[], keepEmpty: boolean): TypedData => ({
  collectionString: {
    string: keepEmpty ? texts.map((text) => text ?? '') : texts.filter((text) => text !== undefined && text !== ''),
  } as { string: string[] },
});

/** A single value. Undefined for a missing text, which the host does not send. */
export const toTypedData = (value: HostValue): TypedData | undefined => {
  switch (value.kind) {
    case 'text':
      return value.value === undefined ? undefined : textData(value.value);
    case 'json':
      return jsonData(value.value);
    case 'long':
      return { json: value.value.toString() };
  }
};

/** The values of one property of every message in a batch. */
export const toTypedCollection = (values: readonly HostValue[], keepEmpty: boolean): TypedData => {
  const [first] = values;
  switch (first?.kind) {
    case 'text':
      return textCollection(
        values.map((entry) => (entry.kind === 'text' ? entry.value : undefined)),
        keepEmpty,
      );
    case 'long':
      return {
        collectionSint64: {
          sint64: values.flatMap((entry) =>
            entry.kind === 'long' ? [{ low: entry.value.low, high: entry.value.high, unsigned: false }] : [],
          ),
        },
      };
    default:
      return jsonData(values.map((entry) => entry.value));
  }
};

/** The bytes of a response body. */
export const toBytes = (data: TypedData | null | undefined): Uint8Array => {
  if (data?.bytes) return data.bytes;
  return Buffer.from(data?.string ?? data?.json ?? '');
};
