import type { TypedData } from '../rpc.ts';
import { jsonData, textData } from '../typedData.ts';

/** A message in the form in which a function gets it. */
export type TriggerInput = { readonly input: TypedData; readonly triggerMetadata: Readonly<Record<string, TypedData>> };

const scalarText = (value: string | number | boolean): string => {
  // .NET spells them so.
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
};

/** The fields of a body that is a JSON object. */
const fieldsOf = (body: string): Record<string, TypedData> => {
  if (!/^\s*\{[\s\S]*\}\s*$/.test(body)) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // A body that only looks like an object has no fields.
    return {};
  }
  const fields: Record<string, TypedData> = {};
  for (const [name, value] of Object.entries(parsed as Record<string, unknown>)) {
    if (value === null || Array.isArray(value)) continue;
    fields[name] =
      typeof value === 'object' ? jsonData(value) : textData(scalarText(value as string | number | boolean));
  }
  return fields;
};

/**
 * Adds the fields of a message's body to its metadata, as Azure's host does. A field replaces an entry of the same name in any case,
 * which keeps its place and spelling.
 */
export const withFieldsOf = (body: string, metadata: Record<string, TypedData>): Record<string, TypedData> => {
  const spelling = new Map(Object.keys(metadata).map((name) => [name.toLowerCase(), name]));
  const result = { ...metadata };
  for (const [name, value] of Object.entries(fieldsOf(body))) {
    const key = spelling.get(name.toLowerCase()) ?? name;
    spelling.set(name.toLowerCase(), key);
    result[key] = value;
  }
  return result;
};
