import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RunningHost } from '../../functionsHost/host.ts';
import { StartProblem } from '../../service/startProblem.ts';
import { messageOf } from '../../service/thrown.ts';

/** What the program of the demo tells, until it ends. */
export type FromDemo =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  /** `isNew`: false where all of it was there before. */
  | { readonly type: 'made'; readonly isNew: boolean }
  | { readonly type: 'failed'; readonly why: string };

export type DemoState = {
  readonly status: 'idle' | 'running' | 'succeeded' | 'failed';
  readonly done: number;
  readonly total: number;
  readonly isNew?: boolean;
  /** Why it failed. */
  readonly why?: string;
};

export type Demo = {
  readonly state: () => DemoState;
  /** Begins it, unless it runs already. */
  readonly begin: () => void;
  readonly close: () => Promise<void>;
};

type Options = {
  /** The program, which fills the services that its environment names. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly host: () => Promise<Pick<RunningHost, 'rest' | 'wake'>>;
};

/** Makes the demo's data while the app rests: it would settle by its own clock what the demo settles by another. Undefined without a program. */
export const createDemo = ({ program, env, host }: Options): Demo | undefined => {
  if (!existsSync(program)) return undefined;
  let state: DemoState = { status: 'idle', done: 0, total: 0 };
  let running: Promise<void> | undefined;
  const stopping = new AbortController();

  const fill = (): Promise<boolean> =>
    new Promise((made, failed) => {
      const child = fork(resolve(program), { env, signal: stopping.signal });
      child.on('message', (message: FromDemo) => {
        if (message.type === 'progress') state = { ...state, done: message.done, total: message.total };
        else if (message.type === 'made') made(message.isNew);
        else failed(new StartProblem(message.why));
      });
      child.once('error', failed);
      child.once('disconnect', () => failed(new StartProblem('It ended before it was done.')));
    });

  const run = async (): Promise<void> => {
    state = { status: 'running', done: 0, total: 0 };
    try {
      const { rest, wake } = await host();
      const isNew = await rest().then(fill).finally(wake);
      state = { ...state, status: 'succeeded', isNew };
    } catch (error) {
      state = { ...state, status: 'failed', why: messageOf(error) };
    }
    running = undefined;
  };

  return {
    state: () => state,
    begin: () => {
      running ??= run();
    },
    close: async () => {
      stopping.abort();
      await running;
    },
  };
};
