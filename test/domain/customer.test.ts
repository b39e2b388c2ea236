import { describe, it } from 'vitest';
import { customer } from '../../domain/customer/customer.ts';
import { created } from '../support/bank.ts';
import { given } from '../support/given.ts';

describe('creating a customer', () => {
  const command = { type: 'CreateCustomer', firstName: 'Ada', lastName: 'Lovelace', email: 'Ada@example.com' } as const;

  it('records the name and the address as written', () => given(customer).when(command).yields(created));

  it('happens once', () => given(customer, created).when(command).rejects({ code: 'CustomerAlreadyExists' }));
});

describe('renaming a customer', () => {
  const command = { type: 'RenameCustomer', firstName: 'Ada', lastName: 'King' } as const;

  it('records the name alone', () =>
    given(customer, created)
      .when(command)
      .yields({ type: 'CustomerRenamed', data: { person: { firstName: 'Ada', lastName: 'King' } } }));

  it('needs a customer', () => given(customer).when(command).rejects({ code: 'CustomerUnknown' }));
});
