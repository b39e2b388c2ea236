import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import { instantOf, type Clock } from '../clock.ts';
import { laterTriesMs, lengthened } from '../laterTries.ts';
import type { Patience } from '../subscriptions/patience.ts';
import { Unhandleable } from '../subscriptions/subscriber.ts';
import type { Letter, SendLetter, Sent } from './ports.ts';
import { createTurns } from '../turns.ts';

const hourMs = 3_600_000;
/** What is older when it comes for the first time is no news, whatever brings it. */
const newsMs = 24 * hourMs;
/** The app tries a letter no longer than this: all pauses between its tries, lengthened, take less. */
const lastTryMs = 7 * 24 * hourMs;
const lettersAtOnce = 8;

/** An event on its way to somebody's mailbox. */
export type News = {
  readonly event: RecordedEvent;
  /** How often it was tried; undefined where the event comes for the first time. */
  readonly tries: number | undefined;
  readonly patience: Pick<Patience, 'ageMs'>;
  readonly once: (work: () => Promise<void>) => Promise<void>;
  /** Brings the event again, with the number of its tries. */
  readonly hearAgain: (at: string, tries: number) => Promise<void>;
};

/** `write` reads what is so now; undefined where nobody wants the letter. */
export type Emailing = (news: News, write: () => Promise<Letter | undefined>) => Promise<void>;

export type EmailingOptions = {
  readonly send: SendLetter;
  readonly clock: Clock;
  readonly random: () => number;
  /** Counts what became of events: `old` ones are not told. */
  readonly count: (outcome: Sent['outcome'] | 'old') => void;
  /** The pauses after each try. */
  readonly pausesMs?: readonly number[];
  /** For how long a batch begins first tries, and later ones. */
  readonly firstTriesMs?: number;
  readonly laterTriesMs?: number;
  /** How long one letter may take. */
  readonly letterMs?: number;
};

type About = Parameters<SendLetter>[0];

/** Ends the work that is done once without its being done. */
class NotYet extends Error {
  override name = 'NotYet';
}

/**
 * Sends a letter once for an event, while that is news. A letter that is refused for the moment comes again after a pause, and is
 * Unhandleable after the last one, or where it is refused for good. A batch begins letters for a short time: one whose turn does not
 * come by then comes again, and that is no try. One that has begun has a time of its own, since a server may have accepted a letter
 * that is cut off. Throws ServiceUnavailable.
 */
export const createEmailing = ({ send, clock, random, count, ...patient }: EmailingOptions): Emailing => {
  const { pausesMs = laterTriesMs, firstTriesMs = 2_000, laterTriesMs: laterMs = 5_000, letterMs = 10_000 } = patient;
  const takeTurn = createTurns(lettersAtOnce);
  let hasFailed = false;

  /** Undefined where its turn did not come in time. */
  const tryNow = async (about: About, letter: Letter, withinMs: number): Promise<Sent | undefined> => {
    if (withinMs <= 0) return undefined;
    const sent = await takeTurn(AbortSignal.timeout(withinMs), () =>
      send(about, letter, AbortSignal.timeout(letterMs)),
    );
    if (!sent) return undefined;
    hasFailed = sent.outcome === 'later';
    count(sent.outcome);
    return sent;
  };

  return async ({ event, tries, patience, once, hearAgain }, write) => {
    const ageMs = clock.now() - Date.parse(event.occurredAt);
    if (tries === undefined && ageMs > newsMs) {
      count('old');
      return;
    }
    const letter = await write();
    if (!letter) return;

    let next: { readonly tries: number; readonly pauseMs: number } | undefined;
    const work = async (): Promise<void> => {
      if (ageMs > lastTryMs) throw new Unhandleable('Nobody could send it within a week');
      const withinMs = (tries === undefined ? firstTriesMs : laterMs) - patience.ageMs();
      const sent = await tryNow({ id: event.id, attempt: (tries ?? 0) + 1 }, letter, withinMs);
      if (sent?.outcome === 'accepted') return;
      if (sent?.outcome === 'refused') throw new Unhandleable(sent.reason);
      const made = (tries ?? 0) + (sent ? 1 : 0);
      // Those without a turn do not come at once to a server that fails: they would be as many each time.
      const pauseMs = pausesMs[sent ? made - 1 : Number(hasFailed)];
      if (pauseMs === undefined) throw new Unhandleable(`Refused ${made} times, the last time: ${sent?.reason}`);
      next = { tries: made, pauseMs };
      throw new NotYet();
    };
    try {
      await once(work);
    } catch (error) {
      if (!(error instanceof NotYet) || !next) throw error;
      await hearAgain(instantOf(clock.now() + lengthened(next.pauseMs, random)), next.tries);
    }
  };
};
