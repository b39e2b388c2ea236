import type { components } from '../../../client/api.ts';

/** A message that somebody could not handle. */
export type Letter = components['schemas']['DeadLetter'];
