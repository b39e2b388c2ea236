import { pointerPart } from './pointer.ts';

/** An object or array whose end the scan has not reached. */
type Open = {
  /** How often each name came so far; undefined in an array. */
  readonly names: Map<string, number> | undefined;
  /** The name or the index of the member that the scan is in. */
  at: string | number;
  /** Whether a text would be the name of the next member. */
  expectsName: boolean;
};

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g;

/**
 * Pointers to members that come twice in one object, at most `limit`; one that is deep within others is named by those. `JSON.parse`,
 * which has taken the text before, keeps the last of such members.
 */
export const repeatedMembers = (json: string, limit: number): readonly string[] => {
  const open: Open[] = [];
  const repeated: string[] = [];
  for (const [token] of json.matchAll(tokens)) {
    const inner = open.at(-1);
    if (token === '{') open.push({ names: new Map(), at: '', expectsName: true });
    else if (token === '[') open.push({ names: undefined, at: 0, expectsName: false });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && inner) goOn(inner);
    else if (inner?.names && inner.expectsName) {
      const name = JSON.parse(token) as string;
      const times = (inner.names.get(name) ?? 0) + 1;
      inner.names.set(name, times);
      inner.at = name;
      inner.expectsName = false;
      if (times === 2) repeated.push(pointerOf(open));
      if (repeated.length === limit) break;
    }
  }
  return repeated;
};

const maximumDepth = 20;

const pointerOf = (open: readonly Open[]): string =>
  open
    .slice(0, maximumDepth)
    .map(({ at }) => pointerPart(at))
    .join('');

const goOn = (inner: Open): void => {
  if (typeof inner.at === 'number') inner.at += 1;
  else inner.expectsName = true;
};
