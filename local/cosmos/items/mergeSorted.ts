/** Merges two sorted sequences into one. */
export function* mergeSorted<T>(
  left: Iterable<T>,
  right: readonly T[],
  compare: (left: T, right: T) => number,
): Generator<T> {
  let at = 0;
  for (const value of left) {
    for (let next = right[at]; next !== undefined && compare(next, value) < 0; next = right[at]) {
      yield next;
      at++;
    }
    yield value;
  }
  yield* right.slice(at);
}
