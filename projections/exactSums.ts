import { z } from 'zod';

/**
 * A sum of amounts in two parts, the second from 0 to below ten million: the store adds in doubles, and adds up the parts of any number
 * of accounts exactly.
 */
export const parts = z.strictObject({ tenMillions: z.int(), rest: z.int().min(0) });
export type Parts = z.infer<typeof parts>;
export const nothing: Parts = { tenMillions: 0, rest: 0 };

const tenMillion = 10_000_000;

/** Adds minor units; also takes them away, where there are fewer than none. */
export const plus = ({ tenMillions, rest }: Parts, minor: number): Parts => {
  const sum = rest + (minor % tenMillion);
  const carried = Math.floor(sum / tenMillion);
  return { tenMillions: tenMillions + Math.trunc(minor / tenMillion) + carried, rest: sum - carried * tenMillion };
};

export const whole = (tenMillions = 0, rest = 0): bigint => BigInt(tenMillions) * BigInt(tenMillion) + BigInt(rest);
