import type { z } from 'zod';
import type { Access } from './access.ts';
import type { ProblemCode } from './problem.ts';

/** One operation of the API: what it takes and answers. It validates requests, and the OpenAPI document is made of it. */
export type Operation<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Headers extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> = {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/api/`, with `{parameters}`. */
  readonly route: string;
  readonly access: Access;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  /** Names in lower case. */
  readonly headers?: Headers;
  readonly body?: Body;
  readonly answer: {
    readonly status: number;
    readonly body: z.ZodType;
    /** Beside those that any answer of its kind has: their names, and what they say. */
    readonly headers?: Readonly<Record<string, string>>;
    /** Other statuses that come with the same body, and what they say. */
    readonly otherwise?: Readonly<Record<number, string>>;
  };
  /** Beside those that any operation may meet. */
  readonly problems: readonly ProblemCode[];
};

/** Every operation that was described, in the order of description. */
export const operations: Operation[] = [];

export const describe = <
  Params extends z.ZodType,
  Query extends z.ZodType,
  Headers extends z.ZodType,
  Body extends z.ZodType,
>(
  operation: Operation<Params, Query, Headers, Body>,
): Operation<Params, Query, Headers, Body> => {
  operations.push(operation);
  return operation;
};
