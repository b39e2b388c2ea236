/** Browsers let a longer timer fire at once. */
const longestMs = 2 ** 31 - 1;

export const timerMs = (ms: number): number => Math.min(Math.max(0, ms), longestMs);

/** The app gives seconds; a date, as a proxy may give one, makes no question wait. */
export const retryAfterMs = ({ headers }: Pick<Response, 'headers'>): number => {
  const given = headers.get('retry-after') ?? '';
  return /^\d+$/.test(given) ? timerMs(Number(given) * 1_000) : 0;
};

/** A minute before its end, or halfway there, a token is replaced by another. */
const aheadMs = 60_000;
export const renewalMs = (livesSeconds: number): number => {
  const livesMs = livesSeconds * 1_000;
  return Math.max(1_000, timerMs(livesMs - Math.min(aheadMs, livesMs / 2)));
};

type Past = {
  /** Whether it is asked until it is answered, and then no more by time or by events. */
  readonly isStill: boolean;
  readonly hasFailed: boolean;
  /** Whether something has moved since it was asked, and whether it was asked because something had. */
  readonly isTouched: boolean;
  readonly wasTouched: boolean;
  /** How often it is asked otherwise. */
  readonly usualMs: number;
};

export const apartMs = 1_000;
/** Lists come from views, which may fold an event a moment after the feed has told of it. */
const foldedMs = 2_000;

/** How long a question rests after an answer, or after none; undefined where it rests for good. */
export const pauseAfter = ({ isStill, hasFailed, isTouched, wasTouched, usualMs }: Past): number | undefined => {
  if (isStill) return hasFailed ? usualMs : undefined;
  if (isTouched) return apartMs;
  return wasTouched ? foldedMs : usualMs;
};
