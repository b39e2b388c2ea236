import { z } from 'zod';
import { customer } from './customer/customer.ts';

const owned = z.object({ customerId: z.string() });

/**
 * The customer to whom an aggregate belongs, by its state or its row in a view; undefined where that does not tell.
 * The role `Customer` reaches nothing that belongs to another customer.
 */
export const ownerOf = (kind: string, aggregateId: string, stateOrRow: unknown): string | undefined =>
  kind === customer.name ? aggregateId : owned.safeParse(stateOrRow).data?.customerId;
