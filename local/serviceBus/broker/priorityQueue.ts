/**
 * A binary heap, smallest rank first, from which any item can be removed: all operations in O(log n).
 * An item's rank must not change while it is in the queue.
 */
export class PriorityQueue<Item extends object> {
  private readonly heap: Item[] = [];
  private readonly positions = new Map<Item, number>();
  private readonly rank: (item: Item) => number;

  constructor(rank: (item: Item) => number) {
    this.rank = rank;
  }

  get size(): number {
    return this.heap.length;
  }

  peek(): Item | undefined {
    return this.heap[0];
  }

  push(item: Item): void {
    if (this.positions.has(item)) throw new Error('The item is in the queue already.');
    this.siftUp(item, this.heap.length);
  }

  pop(): Item | undefined {
    const first = this.heap[0];
    if (first) this.delete(first);
    return first;
  }

  delete(item: Item): boolean {
    const position = this.positions.get(item);
    if (position === undefined) return false;
    this.positions.delete(item);
    const last = this.heap.pop();
    if (last !== undefined && last !== item) this.siftDown(last, this.siftUp(last, position));
    return true;
  }

  private siftUp(item: Item, from: number): number {
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      const above = this.heap[parent];
      if (above === undefined || this.rank(above) <= this.rank(item)) break;
      this.place(above, position);
      position = parent;
    }
    this.place(item, position);
    return position;
  }

  private siftDown(item: Item, from: number): void {
    let position = from;
    for (;;) {
      const left = this.heap[2 * position + 1];
      const right = this.heap[2 * position + 2];
      if (left === undefined) break;
      const rightIsSmaller = right !== undefined && this.rank(right) < this.rank(left);
      const child = rightIsSmaller ? right : left;
      if (this.rank(item) <= this.rank(child)) break;
      this.place(child, position);
      position = 2 * position + (rightIsSmaller ? 2 : 1);
    }
    this.place(item, position);
  }

  private place(item: Item, position: number): void {
    this.heap[position] = item;
    this.positions.set(item, position);
  }
}
