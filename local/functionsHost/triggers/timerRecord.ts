import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Schedule } from './schedule.ts';

/** Times in ms since the epoch; `next` is undefined if the schedule has none any more. */
export type ScheduleStatus = {
  readonly last: number | undefined;
  readonly next: number | undefined;
  readonly updated: number | undefined;
};

/** A timer's status. Only the host that runs the timer holds its record. */
export type TimerRecord = {
  readonly read: () => ScheduleStatus | undefined;
  readonly write: (status: ScheduleStatus) => void;
  readonly release: () => void;
};

/** A record that no other host sees: each host runs the timer, and knows nothing of runs before its start. */
export const ownRecord = (): TimerRecord => {
  let kept: ScheduleStatus | undefined;
  return {
    read: () => kept,
    write: (status) => {
      kept = status;
    },
    release: () => undefined,
  };
};

const isHeld = (error: unknown): boolean => error instanceof Error && /locked|busy/.test(error.message);

/**
 * Takes the record of a timer in a folder that hosts share; undefined while another host holds it. SQLite uses a lock of the operating
 * system, which ends with the process, however that ends.
 */
export const claimRecord = (folder: string, timer: string): TimerRecord | undefined => {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, `${timer.toLowerCase()}.sqlite`));
  try {
    // In this mode, the lock outlives the transaction that took it.
    database.exec(`PRAGMA locking_mode = EXCLUSIVE;
      BEGIN EXCLUSIVE;
      CREATE TABLE IF NOT EXISTS status (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER, next INTEGER, updated INTEGER);
      COMMIT`);
  } catch (error) {
    database.close();
    if (isHeld(error)) return undefined;
    throw error;
  }
  const write = database.prepare('INSERT OR REPLACE INTO status VALUES (1, ?, ?, ?)');
  return {
    read: () => {
      const row = database.prepare('SELECT last, next, updated FROM status').get();
      const time = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
      return row && { last: time(row.last), next: time(row.next), updated: time(row.updated) };
    },
    write: ({ last, next, updated }) => {
      write.run(last ?? null, next ?? null, updated ?? null);
    },
    release: () => database.close(),
  };
};

/**
 * The status with which a host begins: the recorded one if the schedule is still the same. After a change of the schedule the timer
 * starts anew, or else a time of the new schedule that is long past would count as missed.
 */
export const resume = (recorded: ScheduleStatus | undefined, schedule: Schedule, now: number): ScheduleStatus => {
  if (!recorded) return { last: undefined, next: schedule.next(now), updated: undefined };
  const from = recorded.last ?? recorded.updated;
  const expected = from === undefined ? recorded.next : schedule.next(from);
  if (expected === recorded.next) return recorded;
  const next = expected !== undefined && expected < now ? schedule.next(now) : expected;
  return { last: undefined, next, updated: from };
};
