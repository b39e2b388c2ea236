import type { Failure } from './failure.ts';

/** What a question has brought so far. While there is no newer answer, the last one stands. */
export type Queried<T> = { readonly data?: T; readonly failure?: Failure; readonly isLoading: boolean };
