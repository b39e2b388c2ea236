import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  positionOfToken,
  readPosition,
  tokenOfPosition,
  writePosition,
  type FeedPosition,
} from '../../../adapters/cosmos/feedPosition.ts';
import { createLayout } from '../../../local/cosmos/partitions/layout.ts';

const rid = 'HBxQANzq4Cg=';
const position = (...ranges: (readonly [min: string, max: string, lsn: number])[]): FeedPosition => ({
  rid,
  ranges: ranges.map(([min, max, lsn]) => ({ min, max, lsn })),
});
const written = (value: unknown) => deflateRawSync(JSON.stringify(value)).toString('base64url');

describe('a position', () => {
  it('is read as it was written, with the range that is next', () => {
    const one = position(['3F', 'FF', 7], ['', '1F', 9], ['1F', '3F', 0]);
    expect(readPosition(writePosition(one))).toEqual(one);
  });

  it('keeps the order of the space where splits have put parts of it at the end', () =>
    expect(
      readPosition(writePosition(position(['2A', '3F', 1], ['3F', 'FF', 2], ['1F', '2A', 3], ['', '1F', 4]))),
    ).toEqual(position(['2A', '3F', 1], ['3F', 'FF', 2], ['', '1F', 4], ['1F', '2A', 3])));

  it('joins neighbours that are read up to the same LSN', () =>
    expect(readPosition(writePosition(position(['', '1F', 5], ['1F', '2F', 5], ['2F', 'FF', 6])))).toEqual(
      position(['', '2F', 5], ['2F', 'FF', 6]),
    ));

  it('has the form of the SDK in between, which leaves out what was not read', () => {
    const one = position(['', '1F', 5], ['1F', 'FF', 0]);
    expect(positionOfToken(tokenOfPosition(one))).toEqual(one);
    expect(JSON.parse(tokenOfPosition(one))).toMatchObject({
      Continuation: [{ continuationToken: '"5"' }, { continuationToken: '' }],
    });
  });

  it.each([
    [50, 2_000],
    [100, 4_000],
  ])('of %i partitions has at most %i characters', (partitions, most) => {
    const { rid: own, ranges } = position(
      ...createLayout(partitions).partitions.map(
        ({ min, max }, at) => [min, max, 1_000_000_000 + ((at * 7_919_777_777) % 999_999_937)] as const,
      ),
    );
    expect(writePosition({ rid: own, ranges }).length).toBeLessThanOrEqual(most);
  });
});

describe('rubbish', () => {
  it.each([
    ['nothing', ''],
    ['a word', 'rubbish'],
    ['another alphabet', '+/=='],
    ['something inflated that is no JSON', deflateRawSync('nonsense').toString('base64url')],
    ['no ranges', written([rid, []])],
    ['a part of the space', written([rid, [['3F', 7]]])],
    [
      'bounds that go back',
      written([
        rid,
        [
          ['2F', 7],
          ['1F', 7],
          ['FF', 7],
        ],
      ]),
    ],
    [
      'a bound that comes twice',
      written([
        rid,
        [
          ['1F', 7],
          ['1F', 8],
          ['FF', 7],
        ],
      ]),
    ],
    [
      'the whole space twice',
      written([
        rid,
        [
          ['1F', 7],
          ['FF', 7],
          ['2F', 7],
          ['FF', 7],
        ],
      ]),
    ],
    ['a negative LSN', written([rid, [['FF', -1]]])],
    ['an LSN with too many digits', written([rid, [['FF', 1e15]]])],
    [
      'a bound that is no bound',
      written([
        rid,
        [
          ['no', 1],
          ['FF', 1],
        ],
      ]),
    ],
    ['more than was asked for', written([rid, [['FF', 1, 2]], 3])],
    ['something that inflates to megabytes', deflateRawSync(Buffer.alloc(2_000_000, ' ')).toString('base64url')],
    ['4,001 characters', 'A'.repeat(4_001)],
  ])('is no position: %s', (_, text) => expect(readPosition(text)).toBeUndefined());
});
