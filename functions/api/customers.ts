import { z } from 'zod';
import { customer } from '../../domain/customer/customer.ts';
import { emailAddress } from '../../domain/emailAddress.ts';
import { line } from '../../domain/text.ts';
import { creation } from '../http/commandEndpoint.ts';
import type { EndpointTable } from '../http/endpoint.ts';
import { auditTrail } from './auditTrail.ts';
import { created } from './created.ts';

/** The view `customers` declares more queries, which `views.ts` serves. */
export const customerEndpoints: EndpointTable = {
  createCustomer: creation(customer, 'CreateCustomer', {
    post: 'customers',
    access: 'command',
    summary: 'Create a customer',
    body: z.strictObject({ firstName: line(100), lastName: line(100), email: emailAddress }),
    example: { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' },
    refuses: ['EmailTaken'],
    answers: created('customers', 'The path of the customer'),
  }),
  customerEvents: auditTrail(customer, 'customers/{id}/events'),
};
