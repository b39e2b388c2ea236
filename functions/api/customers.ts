import { z } from 'zod';
import { customer } from '../../domain/customer/customer.ts';
import { emailAddress } from '../../domain/emailAddress.ts';
import { line } from '../../domain/text.ts';
import { command, creation } from '../http/commandEndpoint.ts';
import type { EndpointTable } from '../http/endpoint.ts';
import { auditTrail } from './auditTrail.ts';
import { changed } from './changed.ts';
import { created } from './created.ts';

const name = { firstName: line(100), lastName: line(100) };

/** The view `customers` declares more queries, which `views.ts` serves. */
export const customerEndpoints: EndpointTable = {
  createCustomer: creation(customer, 'CreateCustomer', {
    post: 'customers',
    access: 'command',
    summary: 'Create a customer',
    body: z.strictObject({ ...name, email: emailAddress }),
    example: { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' },
    refuses: ['EmailTaken'],
    answers: created('customers', 'The path of the customer'),
  }),
  renameCustomer: command(customer, 'RenameCustomer', {
    post: 'customers/{id}/name',
    access: 'ownCommand',
    summary: "Change a customer's name",
    body: z.strictObject(name),
    example: { firstName: 'Ada', lastName: 'King' },
    refuses: [],
    answers: changed,
  }),
  changeEmail: command(customer, 'ChangeEmail', {
    post: 'customers/{id}/email',
    access: 'ownCommand',
    summary: "Change a customer's e-mail address",
    body: z.strictObject({ email: emailAddress }),
    example: { email: 'ada.king@example.com' },
    refuses: ['EmailTaken'],
    answers: changed,
  }),
  customerEvents: auditTrail(customer, 'customers/{id}/events'),
};
