import type { Journal } from './journal.ts';

/** Numbers the messages at one path in ascending order from 1. Restarts continue the sequence. */
export class SequenceNumbers {
  readonly path: string;
  private readonly journal: Journal;
  private last = 0;

  constructor(path: string, journal: Journal) {
    this.path = path;
    this.journal = journal;
  }

  next(): number {
    this.journal.advance(this.path, ++this.last);
    return this.last;
  }

  /** Marks numbers up to this one as used, after a restart. */
  skip(upTo: number): void {
    this.last = Math.max(this.last, upTo);
  }
}
