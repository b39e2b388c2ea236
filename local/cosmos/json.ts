import { badRequest } from './errors.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = Record<string, Json>;

/** Azure refuses deeper documents, and SQLite reads no JSON beyond 1,000 levels. */
const deepest = 128;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses JSON from a client; throws 400 for any other text. */
export const parseJson = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw badRequest('The request payload is invalid. Ensure to provide a valid request payload.');
  }
};

/** Parses a JSON object from a client; throws 400 for anything else. */
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
