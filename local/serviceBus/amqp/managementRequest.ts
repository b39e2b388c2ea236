import type { Target } from '../broker/broker.ts';
import type { Operation } from '../faults.ts';
import * as encode from './encode.ts';
import type { Peer } from './peer.ts';

/** The answer of a management operation. */
export type Result = {
  readonly status: number;
  readonly body: Buffer;
  readonly condition?: string;
  readonly description?: string;
};

/** The input of a management operation. `args` is not checked yet. */
export type ManagementRequest = {
  readonly args: unknown;
  readonly target: Target;
  readonly peer: Peer;
  /** The link of the session receiver for which the client asks. */
  readonly associatedLink: string | undefined;
  readonly now: number;
};

export type ManagementOperation = {
  /** The operation's name in fault rules. */
  readonly kind: Operation;
  readonly run: (request: ManagementRequest) => Result;
};

export const ok = (key?: string, value?: Buffer): Result => ({
  status: 200,
  body: encode.map(key !== undefined && value ? [encode.string(key), value] : []),
});

export const nothingFound: Result = { status: 204, body: encode.map([]), condition: 'com.microsoft:message-not-found' };
