import type { Journal } from './journal.ts';

/** Numbers messages at one path, ascending from 1, also over restarts. */
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

  /** After a restart: numbers up to this one are used. */
  skip(upTo: number): void {
    this.last = Math.max(this.last, upTo);
  }
}
