import { badRequest, codeOf, CosmosError } from './errors.ts';
import type { CosmosResponse } from './http.ts';

/**
 * The answer to a request that failed. Always with a JSON body: without one, clients fail themselves and hide the
 * status. What is unexpected becomes a bare 500.
 */
export const refusal = (error: unknown, activityId: string): CosmosResponse => {
  const { status, substatus, message, details } = asCosmosError(error);
  return {
    status,
    headers: {
      'x-ms-request-charge': 1,
      ...(substatus === undefined ? {} : { 'x-ms-substatus': substatus }),
    },
    body: JSON.stringify({ code: codeOf(status), message: `${message}\r\nActivityId: ${activityId}`, ...details }),
  };
};

const asCosmosError = (error: unknown): CosmosError => {
  if (error instanceof CosmosError) return error;
  // Only recursion over what a client sent can go this deep.
  const isTooDeep = error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
  return isTooDeep
    ? badRequest('The request is nested too deeply.')
    : new CosmosError(500, 'An unexpected error has occurred.');
};
