import type { RecordedEvent } from '../../eventSourcing/commit.ts';

/** An e-mail to one person. Nobody has checked its texts but for what they say. */
export type Letter = {
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html?: string | undefined;
};

/** What came of a try. The reason names nobody: it is logged, and operators see it. */
export type Sent =
  | { readonly outcome: 'accepted' }
  /** Refused for good, or for the moment. */
  | { readonly outcome: 'refused' | 'later'; readonly reason: string };

/**
 * Hands a letter about an event to whoever delivers it. The same event gives the same message id, so that a reader's program can tell
 * a repeat; `attempt` counts its tries. Where the signal aborts first, the outcome is `later`, though the letter may be on its way.
 */
export type SendLetter = (
  about: Pick<RecordedEvent, 'id'> & { readonly attempt: number },
  letter: Letter,
  signal: AbortSignal,
) => Promise<Sent>;
