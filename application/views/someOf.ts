/**
 * So many items from a random place on, as on a circle. Each is among them in the end: a place that followed from the clock would be
 * the same in every run, since a timer comes at the same seconds.
 */
export const someOf = <Item>(items: readonly Item[], count: number): readonly Item[] => {
  const from = Math.floor(Math.random() * items.length);
  return [...items.slice(from), ...items.slice(0, from)].slice(0, count);
};
