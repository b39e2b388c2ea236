import { describe, expect, it } from 'vitest';
import { createFlows } from '../../../application/activity/flows.ts';

describe('what became of a command', () => {
  const flowsAt = () => {
    const clock = { nowMs: Date.parse('2026-11-20T10:00:00.000Z'), now: () => clock.nowMs };
    return { clock, flows: createFlows(clock) };
  };

  it('is known for ten minutes', () => {
    const { clock, flows } = flowsAt();
    flows.add('a', { step: 'request', name: 'DepositMoney' });
    clock.nowMs += 600_000;
    expect(flows.find('a')).toEqual([{ step: 'request', name: 'DepositMoney', at: '2026-11-20T10:00:00.000Z' }]);
    clock.nowMs += 1;
    expect(flows.find('a')).toBeUndefined();
    flows.add('a', { step: 'view', name: 'accounts', event: 'x:1' });
    expect(flows.find('a')?.map(({ step }) => step)).toEqual(['view']);
  });

  it('takes bounded memory, however many commands there are, and however many share an id', () => {
    const { flows } = flowsAt();
    for (let index = 0; index < 6_000; index += 1) flows.add(String(index), { step: 'request', name: 'DepositMoney' });
    expect([flows.find('0'), flows.find('5999')?.length]).toEqual([undefined, 1]);
    for (let index = 0; index < 1_000; index += 1) flows.add('one', { step: 'request', name: 'DepositMoney' });
    expect(flows.find('one')).toHaveLength(200);
  });
});
