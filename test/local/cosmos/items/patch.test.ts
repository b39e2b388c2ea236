import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../../local/cosmos/items/patch.ts';

describe('patch operations', () => {
  it('move takes a value from one path to another', () => {
    expect(applyPatch({ a: { b: 1 } }, [{ op: 'move', from: '/a/b', path: '/c' }])).toEqual({ a: {}, c: 1 });
  });

  it('leave the document they are applied to alone', () => {
    const document = { list: [1] };
    applyPatch(document, [{ op: 'add', path: '/list/-', value: 2 }]);
    expect(document).toEqual({ list: [1] });
  });

  it('read escaped names', () => {
    expect(
      applyPatch({ 'a/b': 1, 'c~d': 2 }, [
        { op: 'set', path: '/a~1b', value: 3 },
        { op: 'set', path: '/c~0d', value: 4 },
      ]),
    ).toEqual({ 'a/b': 3, 'c~d': 4 });
  });

  it('never reach a prototype', () => {
    expect(() => applyPatch({}, [{ op: 'set', path: '/__proto__/polluted', value: 1 }])).toThrow('nowhere');
    expect(() => applyPatch({}, [{ op: 'set', path: '/constructor/prototype', value: 1 }])).toThrow('nowhere');
    const patched = applyPatch({}, [{ op: 'set', path: '/__proto__', value: { polluted: 1 } }]);
    expect(Object.hasOwn(patched, '__proto__')).toBe(true);
    expect('polluted' in {}).toBe(false);
  });
});
