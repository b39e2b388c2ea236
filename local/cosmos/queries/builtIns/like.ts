/** One element of a LIKE pattern. `%` matches any run of characters, every other element exactly one character. */
type Element = 'run' | ((character: string) => boolean);

const classOf = (body: string): ((character: string) => boolean) => {
  const excluded = body.startsWith('^');
  const characters = Array.from(excluded ? body.slice(1) : body);
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < characters.length; at++) {
    const low = characters[at] ?? '';
    const isRange = characters[at + 1] === '-' && at + 2 < characters.length;
    ranges.push([low, (isRange ? characters[at + 2] : undefined) ?? low]);
    if (isRange) at += 2;
  }
  return (character) => ranges.some(([low, high]) => character >= low && character <= high) !== excluded;
};

const elementsOf = (pattern: string, escape: string | undefined): Element[] => {
  const characters = Array.from(pattern);
  const elements: Element[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    const classEnd = character === '[' ? characters.indexOf(']', at + 1) : -1;
    if (character === escape && at + 1 < characters.length) {
      const literal = characters[++at];
      elements.push((candidate) => candidate === literal);
    } else if (character === '%') {
      elements.push('run');
    } else if (character === '_') {
      elements.push(() => true);
    } else if (classEnd > 0) {
      elements.push(classOf(characters.slice(at + 1, classEnd).join('')));
      at = classEnd;
    } else {
      elements.push((candidate) => candidate === character);
    }
  }
  return elements;
};

/**
 * Compiles a LIKE pattern. It does not use regular expressions, because they can take exponential time. This matcher
 * goes back to the last run only, so its time is at worst the product of both lengths.
 */
export const likeMatcher = (pattern: string, escape?: string): ((text: string) => boolean) => {
  const elements = elementsOf(pattern, escape);
  return (text) => {
    const characters = Array.from(text);
    let element = 0;
    let character = 0;
    let retryElement = -1;
    let retryCharacter = 0;
    while (character < characters.length) {
      const current = elements[element];
      if (current === 'run') {
        retryElement = ++element;
        retryCharacter = character;
      } else if (current?.(characters[character] ?? '') === true) {
        element++;
        character++;
      } else if (retryElement >= 0) {
        element = retryElement;
        character = ++retryCharacter;
      } else {
        return false;
      }
    }
    while (elements[element] === 'run') element++;
    return element === elements.length;
  };
};
