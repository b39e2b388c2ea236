import type { KeptAnswer, Webhooks } from './ports.ts';

/** `commandId` and `fingerprint` tell a repeat of a request from another one with its key. */
export type KeyedRequest = { readonly commandId: string; readonly keyed: boolean; readonly fingerprint: string };

export type Answered<Answer> = { readonly answer: Answer; readonly isRepeat: boolean };

/** Makes the answer that the app keeps for repeats of a request, from what the request did. */
export type Keep<Result> = (result: Result) => KeptAnswer;

/**
 * Answers a request about a webhook once for its key: a repeat gets the first answer, whatever happened in between, and does nothing.
 * `work` gets `keep` where there is a key, and keeps the answer together with what it does; 'answered' where a repeat was quicker.
 * Undefined where there is no such webhook.
 */
export const createOncePerKey =
  (webhooks: Pick<Webhooks, 'answered'>) =>
  async <Result, Answer>(
    id: string,
    { commandId, keyed, fingerprint }: KeyedRequest,
    work: (keep: Keep<Result> | undefined) => Promise<Result | 'answered' | undefined>,
    answerOf: (result: Result, isRepeat: boolean) => Answer,
  ): Promise<Answered<Answer> | 'keyReused' | undefined> => {
    const repeat = async () => {
      const kept = await webhooks.answered(id, commandId);
      if (!kept) return undefined;
      // The fingerprint covers the name of the endpoint: whoever reads the answer wrote it.
      return kept.fingerprint === fingerprint ? { answer: kept.answer as Answer, isRepeat: true } : 'keyReused';
    };
    const before = keyed ? await repeat() : undefined;
    if (before) return before;
    const keep: Keep<Result> = (result) => ({ commandId, fingerprint, answer: answerOf(result, true) });
    const result = await work(keyed ? keep : undefined);
    if (result !== undefined && result !== 'answered') return { answer: answerOf(result, false), isRepeat: false };
    // Where there is no webhook any more, a request with this key may have deleted it meanwhile.
    return keyed ? repeat() : undefined;
  };
export type OncePerKey = ReturnType<typeof createOncePerKey>;
