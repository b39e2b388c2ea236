import { describe, expect, it } from 'vitest';
import { movedOf, subjectsOf, type Moved } from '../../console/api/subjects.ts';
import { postingsOf } from '../../domain/postings.ts';
import { bankEventsOf } from '../../domain/registry.ts';
import { carryOut, wholeLife } from '../support/histories.ts';

const moved = (type: string, aggregate = 'account'): Moved => ({
  ...{ id: 'a:7', type, aggregate, aggregateId: 'a', version: 7, at: '2026-11-20T10:00:00.000Z', correlationId: 't' },
  ...(aggregate === 'account' && { customerId: 'c' }),
});

describe('an event of an account', () => {
  it('touches the account and its owner', () => {
    expect(subjectsOf(moved('HoldPlaced'))).toEqual(['account a', 'customer c']);
  });

  it('touches the books where the bank posts something, or this console does not know the event', () => {
    for (const event of carryOut(wholeLife).flatMap(bankEventsOf)) {
      if (event.aggregate !== 'account' || event.type === 'HoldCaptured') continue;
      const isTouched = subjectsOf(moved(event.type)).includes('books');
      expect({ type: event.type, isTouched }).toEqual({ type: event.type, isTouched: postingsOf(event).length > 0 });
    }
    expect(subjectsOf(moved('HoldCaptured'))).toContain('books');
    expect(subjectsOf(moved('NobodyKnowsThisYet'))).toContain('books');
  });

  it('touches the list of transfers where it is about one', () => {
    expect(subjectsOf(moved('TransferReturned'))).toContain('transfers');
    expect(subjectsOf(moved('MoneyWithdrawn'))).not.toContain('transfers');
  });

  it('touches the list of customers, which counts accounts, where one is opened', () => {
    expect(subjectsOf(moved('AccountOpened'))).toContain('customers');
    expect(subjectsOf(moved('AccountClosed'))).not.toContain('customers');
  });
});

it('an event of a customer touches the customer and the list of them; a rate nothing', () => {
  expect(subjectsOf(moved('CustomerRenamed', 'customer'))).toEqual(['customer a', 'customers']);
  expect(subjectsOf(moved('RateSet', 'rate'))).toEqual([]);
});

it('pages keep nothing of an event but where it happened, and its trace', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const event = {
    ...{ id: 'a:7', type: 'MoneyDeposited', aggregate: 'account', aggregateid: 'a', aggregateversion: 7 },
    ...{ time: '2026-11-20T10:00:00.000Z', traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    data: { customerId: 'c', amount: { minor: 1, currency: 'EUR' }, reference: 'secret' },
  };
  expect(movedOf(event)).toEqual({ ...moved('MoneyDeposited'), correlationId: traceId });
});
