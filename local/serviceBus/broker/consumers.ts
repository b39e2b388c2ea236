import type { Consumer } from './consumer.ts';
import type { PriorityQueue } from './priorityQueue.ts';
import type { StoredMessage } from './storedMessage.ts';

/** The consumers that share the messages of an entity without sessions. */
export class Consumers {
  private readonly consumers: Consumer[] = [];
  private next = 0;

  add(consumer: Consumer): void {
    this.consumers.push(consumer);
  }

  remove(consumer: Consumer): void {
    const index = this.consumers.indexOf(consumer);
    if (index >= 0) this.consumers.splice(index, 1);
  }

  get size(): number {
    return this.consumers.length;
  }

  all(): readonly Consumer[] {
    return [...this.consumers];
  }

  /** Gives ready messages to the consumers in turn while any of them has room. `give` must remove the message. */
  serve(ready: PriorityQueue<StoredMessage>, give: (message: StoredMessage, consumer: Consumer) => void): void {
    let full = 0;
    while (full < this.consumers.length) {
      const message = ready.peek();
      const consumer = this.consumers[this.next++ % this.consumers.length];
      if (!message || !consumer) return;
      if (consumer.capacity() > 0) {
        full = 0;
        give(message, consumer);
      } else full++;
    }
  }
}
