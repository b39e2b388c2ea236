import { describe, expect, it } from 'vitest';
import { shareOf, ticksUpTo } from '../../console/pages/flow/ruler.ts';

describe('the ruler of a flow', () => {
  it('begins at the beginning of the story and ends at its end', () => {
    expect([shareOf(0, 250), shareOf(250, 250)]).toEqual([0, 1]);
    expect(shareOf(0, 0)).toBe(0);
  });

  it('keeps early steps apart, also where the last one took minutes, and in their order', () => {
    const shares = [1, 10, 100, 1_000, 120_000].map((ms) => shareOf(ms, 120_000));
    expect(shares).toEqual(shares.toSorted((one, other) => one - other));
    expect((shares[1] ?? 0) - (shares[0] ?? 0)).toBeGreaterThan(0.1);
  });

  it('has no line beyond the end', () => {
    expect(ticksUpTo(999)).toEqual([1, 10, 100]);
  });
});
