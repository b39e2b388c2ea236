import { badRequest, codeOf, CosmosError } from '../errors.ts';
import type { CosmosResponse } from './http.ts';

/**
 * The answer to a request that failed. It always has a JSON body, because the SDK fails on any other and hides the
 * status. Unexpected errors become a 500 that tells nothing.
 */
export const refusal = (error: unknown, activityId: string): CosmosResponse => {
  const { status, substatus, message, details, headers } = asCosmosError(error);
  return {
    status,
    headers: {
      'x-ms-request-charge': 1,
      ...headers,
      ...(substatus === undefined ? {} : { 'x-ms-substatus': substatus }),
    },
    body: JSON.stringify({ code: codeOf(status), message: `${message}\r\nActivityId: ${activityId}`, ...details }),
  };
};

/** Computes headers after the answer and adds them to it, also to an answer that is thrown. */
export const withHeaders = (headers: () => CosmosResponse['headers'], answer: () => CosmosResponse): CosmosResponse => {
  try {
    const response = answer();
    return { ...response, headers: { ...headers(), ...response.headers } };
  } catch (error) {
    if (error instanceof CosmosError) error.headers = { ...headers(), ...error.headers };
    throw error;
  }
};

const asCosmosError = (error: unknown): CosmosError => {
  if (error instanceof CosmosError) return error;
  // Only recursion over a client's input can go this deep.
  const isTooDeep = error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
  return isTooDeep
    ? badRequest('The request is nested too deeply.')
    : new CosmosError(500, 'An unexpected error has occurred.');
};
