import { describe, expect, it } from 'vitest';
import { callerOf } from '../../application/identity.ts';

describe('the caller of an operation', () => {
  const ada = { name: 'ada', customerId: 'c' };

  it('reaches all in a role of the staff', () =>
    expect(callerOf({ ...ada, roles: ['Teller'] }, ['Teller', 'Customer'])).toEqual({ name: 'ada' }));
  it('reaches all also where it is a customer besides', () =>
    expect(callerOf({ ...ada, roles: ['Customer', 'Teller'] }, ['Teller', 'Customer'])).toEqual({ name: 'ada' }));
  it('reaches only its own things as a customer', () =>
    expect(callerOf({ ...ada, roles: ['Customer', 'Operator'] }, ['Teller', 'Customer'])).toEqual({
      name: 'ada',
      onlyFor: 'c',
    }));
  it('is none as a customer of no id', () =>
    expect(callerOf({ name: 'ada', roles: ['Customer'] }, ['Teller', 'Customer'])).toBeUndefined());
  it('is none in other roles', () =>
    expect(callerOf({ ...ada, roles: ['Auditor', 'Customer'] }, ['Teller'])).toBeUndefined());
  it('is none without roles', () => expect(callerOf({ ...ada, roles: [] }, ['Teller', 'Customer'])).toBeUndefined());
  it('is none where no role is admitted', () => expect(callerOf({ ...ada, roles: ['Teller'] }, [])).toBeUndefined());
});
