import { trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { spanOf, under } from '../../../adapters/telemetry/spans.ts';
import { continueTrace, traceOf } from '../../../functions/http/traceparent.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const rest = `${traceId}-00f067aa0ba902b7`;
const given = `00-${rest}-01`;
const goingOn = (traceparent: string | null, tracestate?: string) => continueTrace(spanOf(traceparent, tracestate));

describe('a traceparent', () => {
  it.each([
    [given, '01'],
    [`00-${rest}-00`, '00'],
    // Flags that version 00 does not know.
    [`00-${rest}-03`, '01'],
    [`00-${rest}-ff`, '01'],
    [`00-${rest}-fe`, '00'],
    [`00-${rest}-02`, '00'],
    // Versions to come.
    [`01-${rest}-01`, '01'],
    [`cc-${rest}-09-what-comes-then`, '01'],
  ])('is continued with the flags that are known, as a span of our own: %s', (received, flags) => {
    const { traceparent, ...own } = goingOn(received);
    expect(own).toEqual({ traceId });
    expect(traceparent).toMatch(new RegExp(`^00-${traceId}-(?!00f067aa0ba902b7)[0-9a-f]{16}-${flags}$`));
  });

  it.each([
    null,
    '',
    'rubbish',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    given.toUpperCase(),
    given.replace('b7-', 'B7-'),
    given.replace(/^00/, 'ff'),
    given.slice(0, -1),
    `${given}-`,
    `${given}-00`,
    `${given}-what-the-future-holds`,
    `${given}0`,
    `01-${rest}-01.`,
    ` ${given}`,
    `${given}, ${given}`,
    'x'.repeat(9_999),
  ])('of %j begins another trace, without the tracestate', (received) => {
    const { traceparent, tracestate } = goingOn(received, 'vendor=1');
    expect(traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(traceparent).not.toContain(traceId);
    expect(tracestate).toBeUndefined();
  });
});

describe('a tracestate', () => {
  it.each([
    ['vendor=1', 'vendor=1'],
    ['rojo=00f067aa0ba902b7,congo=t61rcWkgMzE', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE'],
    ['a=1, b=2', 'a=1,b=2'],
  ])('goes on with its trace: %s', (tracestate, expected) => {
    expect(goingOn(given, tracestate).tracestate).toBe(expected);
    expect(traceOf(given, spanOf(given, tracestate)).tracestate).toBe(expected);
  });

  it.each(['', 'rubbish', '=', 'a=b\u0000', 'a=é', `a=${'x'.repeat(600)}`])(
    'that is none is dropped: %j',
    (tracestate) => expect(goingOn(given, tracestate)).not.toHaveProperty('tracestate'),
  );

  it('goes on to the spans of telemetry', () =>
    expect(trace.getSpanContext(under(given, 'a=1'))?.traceState?.serialize()).toBe('a=1'));

  it('does not go on with another trace', () =>
    expect(traceOf(`00-${'1'.repeat(32)}-00f067aa0ba902b7-01`, spanOf(given, 'a=1')).tracestate).toBeUndefined());
});
