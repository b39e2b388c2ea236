import { StartProblem } from '../../service/startProblem.ts';
import { messageOf } from '../../service/thrown.ts';

/** What one process lets another one call. Everything that crosses is plain data. */
type Functions = Readonly<Record<string, (given: never) => Promise<unknown>>>;

/** Of a process, or of one's own. */
type Channel = {
  readonly connected: boolean;
  send?(message: CallMessage): unknown;
  on(event: 'message', hear: (message: CallMessage) => void): unknown;
  once(event: 'disconnect', hear: () => void): unknown;
};

/** The app itself may send other messages. */
export type CallMessage =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly given: unknown }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refusal'; readonly id: number; readonly why: string };

export type Calls<Theirs extends Functions> = <Name extends keyof Theirs & string>(
  name: Name,
  ...given: Parameters<Theirs[Name]>
) => ReturnType<Theirs[Name]>;

/** Lets the other process call functions of this one, and this one those of the other, whose errors arrive as StartProblems. */
export const createCalls = <Theirs extends Functions>(channel: Channel, ours: Functions): Calls<Theirs> => {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let count = 0;
  const tell = (message: CallMessage): void => {
    if (channel.connected) channel.send?.(message);
  };
  const answer = async (id: number, name: string, given: unknown): Promise<void> => {
    try {
      tell({ type: 'answer', id, value: await ours[name]?.(given as never) });
    } catch (error) {
      tell({ type: 'refusal', id, why: messageOf(error) });
    }
  };
  const settle = (id: number): PromiseWithResolvers<unknown> | undefined => {
    const settled = waiting.get(id);
    waiting.delete(id);
    return settled;
  };
  channel.on('message', (message) => {
    switch (message.type) {
      case 'call':
        void answer(message.id, message.name, message.given);
        break;
      case 'answer':
        settle(message.id)?.resolve(message.value);
        break;
      case 'refusal':
        settle(message.id)?.reject(new StartProblem(message.why));
    }
  });
  const ended = () => new StartProblem('The other process has ended.');
  channel.once('disconnect', () => {
    for (const { reject } of waiting.values()) reject(ended());
  });
  return (name, ...[given]) => {
    if (!channel.connected) return Promise.reject(ended()) as ReturnType<Theirs[typeof name]>;
    const answered = Promise.withResolvers<unknown>();
    count += 1;
    waiting.set(count, answered);
    tell({ type: 'call', id: count, name, given });
    return answered.promise as ReturnType<Theirs[typeof name]>;
  };
};
