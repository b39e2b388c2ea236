import { describe, expect, it } from 'vitest';
import { boundedCache } from '../../application/boundedCache.ts';

const cacheOf = (...keys: string[]) => {
  const cache = boundedCache<string>(3);
  for (const key of keys) cache.set(key, key);
  return cache;
};
const kept = (cache: ReturnType<typeof cacheOf>, ...keys: string[]) => keys.filter((key) => cache.get(key) === key);

describe('a bounded cache', () => {
  it('keeps as many as it has room for, and no more', () => {
    expect(kept(cacheOf('a', 'b', 'c'), 'a', 'b', 'c')).toEqual(['a', 'b', 'c']);
    expect(kept(cacheOf('a', 'b', 'c', 'd', 'e'), 'a', 'b', 'c', 'd', 'e')).toEqual(['c', 'd', 'e']);
  });

  it('forgets what was longest not used, be it read or written', () => {
    const read = cacheOf('a', 'b', 'c');
    read.get('a');
    read.set('d', 'd');
    expect(kept(read, 'a', 'b', 'c', 'd')).toEqual(['a', 'c', 'd']);
    expect(kept(cacheOf('a', 'b', 'c', 'a', 'd'), 'a', 'b', 'c', 'd')).toEqual(['a', 'c', 'd']);
  });

  it('has one value for each key, the last', () => {
    const cache = cacheOf('a', 'b', 'c');
    cache.set('a', 'new');
    expect(cache.get('a')).toBe('new');
    expect(kept(cache, 'b', 'c')).toEqual(['b', 'c']);
  });

  it('forgets what is deleted', () => {
    const cache = cacheOf('a', 'b');
    cache.delete('a');
    expect(kept(cache, 'a', 'b')).toEqual(['b']);
  });
});
