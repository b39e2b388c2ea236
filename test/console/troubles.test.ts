import { describe, expect, it } from 'vitest';
import { knowledgeOf, troublesOf, type Watched } from '../../console/pages/home/troubles.ts';
import { failureOf } from '../../console/api/failure.ts';

const answered = { data: { items: [] }, isLoading: false };
const well: Watched = {
  health: {
    data: { status: 'healthy', services: { cosmos: 'up', serviceBus: 'up' } },
    isLoading: false,
  },
  ...{ views: answered, listeners: answered, gaps: answered, invariants: answered },
};
const refused = { failure: failureOf(undefined, { status: 401 }), isLoading: false };

describe('whether all is well', () => {
  it('is known where all that was asked is answered', () => {
    expect([knowledgeOf(well), troublesOf(well)]).toEqual(['all', []]);
    const ofTeller = { ...well, views: undefined, listeners: undefined, gaps: undefined, invariants: undefined };
    expect(knowledgeOf(ofTeller)).toBe('all');
  });

  it('is not known while one answer is still to come', () => {
    for (const name of Object.keys(well)) {
      expect({ name, is: knowledgeOf({ ...well, [name]: { isLoading: true } }) }).toEqual({ name, is: 'loading' });
    }
  });

  it('is not known where one answer was refused, also where an older one stands', () => {
    for (const name of Object.keys(well)) {
      const is = [refused, { ...answered, ...refused }].map((one) => knowledgeOf({ ...well, [name]: one }));
      expect({ name, is }).toEqual({ name, is: ['missing', 'missing'] });
    }
  });
});
