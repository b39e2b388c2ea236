import { badRequest, type CosmosError } from '../errors.ts';
import { isObject, type Json } from '../json.ts';
import type { Resume } from './evaluation/run.ts';
import type { Value } from './values.ts';

/** The limit for a header. For rows whose keys make a longer token, the token holds only a number of rows. */
const longestToken = 2_000;

/** The refusal of a token that does not belong to its query. */
export const invalidContinuation = (): CosmosError => badRequest('Invalid Continuation Token.');

/** The token of the page that begins at `resume`. Writes in between do not move it. */
export const encodeContinuation = ({ after, passed }: Resume): string => {
  const text = (position: Json): string => Buffer.from(JSON.stringify(position)).toString('base64');
  if (after === undefined) return text({ passed });
  const keys = after.keys.map((key) => (key === undefined ? [] : [key]));
  const token = text({ passed, keys, sequence: after.sequence, nth: after.nth });
  return token.length > longestToken ? text({ passed }) : token;
};

/** Reads a token back; throws 400 for anything that is not one. */
export const decodeContinuation = (token: string | undefined): Resume => {
  if (token === undefined || token === '') return { after: undefined, passed: 0 };
  const position = parse(token);
  if (!isObject(position)) throw invalidContinuation();
  const { passed, keys, sequence, nth } = position;
  if (!isCount(passed)) throw invalidContinuation();
  if (keys === undefined) return { after: undefined, passed };
  if (!Array.isArray(keys) || !isCount(sequence) || !isCount(nth)) throw invalidContinuation();
  return { passed, after: { sequence, nth, keys: keys.map(decodeKey) } };
};

const parse = (token: string): unknown => {
  try {
    return JSON.parse(Buffer.from(token, 'base64').toString());
  } catch {
    throw invalidContinuation();
  }
};

const isCount = (value: Json | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const decodeKey = (key: Json): Value => {
  if (!Array.isArray(key) || key.length > 1) throw invalidContinuation();
  return key[0];
};
