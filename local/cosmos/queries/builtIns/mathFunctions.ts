import type { Value } from '../values.ts';
import type { BuiltIn } from './builtIn.ts';

const finite = (result: number | undefined): Value =>
  result !== undefined && Number.isFinite(result) ? result : undefined;

/** A function of numbers. Callers may leave out the last number if `fewest` is less than `most`. */
const math = (operation: (...numbers: number[]) => number, fewest: number, most: number = fewest): BuiltIn => ({
  fewest,
  most,
  apply: (values) => {
    const numbers = values.filter((value) => typeof value === 'number');
    return numbers.length === values.length ? finite(operation(...numbers)) : undefined;
  },
});

const ofOne = (operation: (value: number) => number): BuiltIn => math((value = NaN) => operation(value), 1);

/** Azure rounds halves away from zero, `Math.round` rounds them up. */
const round = (value: number, digits: number): number => {
  const [mantissa, exponent = '0'] = String(Math.abs(value)).split('e');
  // The decimal point moves in the text, since 1.005 * 100 is not 100.5.
  const shifted = Math.round(Number(`${mantissa ?? ''}e${Number(exponent) + digits}`));
  const [result, by = '0'] = String(shifted).split('e');
  return Math.sign(value) * Number(`${result ?? ''}e${Number(by) - digits}`);
};

export const mathFunctions: Readonly<Record<string, BuiltIn>> = {
  ABS: ofOne(Math.abs),
  ACOS: ofOne(Math.acos),
  ASIN: ofOne(Math.asin),
  ATAN: ofOne(Math.atan),
  ATN2: math((y = NaN, x = NaN) => Math.atan2(y, x), 2),
  CEILING: ofOne(Math.ceil),
  COS: ofOne(Math.cos),
  COT: ofOne((value) => 1 / Math.tan(value)),
  DEGREES: ofOne((value) => (value * 180) / Math.PI),
  EXP: ofOne(Math.exp),
  FLOOR: ofOne(Math.floor),
  LOG: math(
    (value = NaN, base = Math.E) => (base === Math.E ? Math.log(value) : Math.log(value) / Math.log(base)),
    1,
    2,
  ),
  LOG10: ofOne(Math.log10),
  NUMBERBIN: math((value = NaN, size = 1) => Math.floor(value / size) * size, 1, 2),
  PI: math(() => Math.PI, 0),
  POWER: math((base = NaN, exponent = NaN) => base ** exponent, 2),
  RADIANS: ofOne((value) => (value * Math.PI) / 180),
  ROUND: math((value = NaN, digits = 0) => round(value, Math.trunc(digits)), 1, 2),
  SIGN: ofOne(Math.sign),
  SIN: ofOne(Math.sin),
  SQRT: ofOne(Math.sqrt),
  SQUARE: ofOne((value) => value * value),
  TAN: ofOne(Math.tan),
  TRUNC: ofOne(Math.trunc),
};
