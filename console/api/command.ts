import { signal, useSignal, type ReadonlySignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { newIdempotencyKey } from '../../client/idempotencyKey.ts';
import { answerLost, failureOfCommand, type Failure } from './failure.ts';
import { notePosition } from './positions.ts';
import { lookAgain, type Reply } from './query.ts';
import { traceIdIn } from './subjects.ts';

export type Commanded<T> = { readonly isBusy: boolean; readonly failure?: Failure; readonly done?: T };

/** The correlation id of the last command that was carried out: by it, the page `Flow` shows what became of it. */
export const lastDone = signal<string | undefined>(undefined);

type Header = { readonly 'idempotency-key': string };

export type Command<Given, Done> = {
  readonly state: ReadonlySignal<Commanded<Done>>;
  readonly run: (given: Given) => Promise<Done | undefined>;
};

/**
 * Sends a command. Its idempotency key is made once for each form, and again only when the command was carried out or the form was left:
 * a second click, or a second try after a lost answer, is not a second command.
 */
export const useCommand = <Given, Done>(
  send: (given: Given, header: Header) => Promise<Reply<Done>>,
): Command<Given, Done> => {
  const key = useRef(newIdempotencyKey());
  return useSending((given) => send(given, { 'idempotency-key': key.current }), {
    hasKey: true,
    carriedOut: () => (key.current = newIdempotencyKey()),
  });
};

/** Sends what the API takes no idempotency key for, such as a rebuild: after a lost answer, a second try may do it a second time. */
export const useOperation = <Given, Done>(send: (given: Given) => Promise<Reply<Done>>): Command<Given, Done> =>
  useSending(send, { hasKey: false });

type Sending = { readonly hasKey: boolean; readonly carriedOut?: () => void };

const useSending = <Given, Done>(
  send: (given: Given) => Promise<Reply<Done>>,
  { hasKey, carriedOut: noteDone }: Sending,
): Command<Given, Done> => {
  const state = useSignal<Commanded<Done>>({ isBusy: false });
  const run = async (given: Given): Promise<Done | undefined> => {
    if (state.peek().isBusy) return undefined;
    state.value = { isBusy: true };
    try {
      const { data, error, response } = await send(given);
      if (!response.ok) {
        state.value = { isBusy: false, failure: failureOfCommand(error, response) };
        return undefined;
      }
      noteDone?.();
      notePosition(data);
      noteTrace(response, data);
      state.value = { isBusy: false, ...(data !== undefined && { done: data }) };
      lookAgain();
      return data;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      state.value = { isBusy: false, failure: answerLost(hasKey) };
      return undefined;
    }
  };
  return { state, run };
};

/** Commands that lead to events answer with a position; operations, such as a rebuild, do not. */
const noteTrace = ({ headers }: Response, answer: unknown): void => {
  const isFollowed = typeof answer === 'object' && answer !== null && 'position' in answer;
  if (isFollowed) lastDone.value = traceIdIn(headers.get('traceparent') ?? '');
};

/** Gives a command without a body in its answer a result, so that its form can tell that the app carried it out. */
export const carriedOut = async (reply: Promise<Reply<unknown>>): Promise<Reply<true>> => {
  const { error, response } = await reply;
  return { data: true, error, response };
};
