import { badRequest } from './errors.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = Record<string, Json>;

/** Deeper documents are refused by the service, and SQLite reads no JSON beyond 1,000 levels. */
const deepest = 128;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses what a client sent; anything but JSON is its mistake (400). */
export const parseJson = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw badRequest('The request payload is invalid. Ensure to provide a valid request payload.');
  }
};

/** Parses what a client sent as a JSON object, or answers 400. */
export const parseObject = (text: string): JsonObject => {
  const value = parseJson(text);
  if (!isObject(value)) throw badRequest('The request payload is invalid: a JSON object is expected.');
  return value;
};

/** Throws 400 for a value that is nested deeper than the service allows. */
export const checkNesting = (value: Json, level = 1): void => {
  if (typeof value !== 'object' || value === null) return;
  if (level > deepest) throw badRequest(`The document is nested deeper than ${deepest} levels.`);
  for (const child of Array.isArray(value) ? value : Object.values(value)) checkNesting(child, level + 1);
};
