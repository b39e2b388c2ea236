import type { Logger } from '../log.ts';
import { codeOf } from '../../service/thrown.ts';

/** Logs one line for each change of state, where the client library reports an error for each attempt. */
export type ConnectionState = {
  readonly failed: (error: Error) => void;
  readonly connected: () => void;
};

/** The codes with which a running broker refuses. If the broker is away, each attempt may fail in a different way. */
const refusals = ['MessagingEntityNotFound', 'MessagingEntityDisabled', 'UnauthorizedAccess'];
/** For a moment, a refused link looks like a granted one. */
const confirmMs = 500;

const kindOf = (error: Error): string => refusals.find((code) => codeOf(error) === code) ?? 'away';

export const createConnectionState = (functionName: string, log: Logger): ConnectionState => {
  const told = new Set<string>();
  let confirmation: NodeJS.Timeout | undefined;
  return {
    failed: (error) => {
      clearTimeout(confirmation);
      const kind = kindOf(error);
      if (told.has(kind) || (kind === 'away' && told.size > 0)) return;
      told.add(kind);
      log('warning', `cannot receive, trying again until it can: ${error.message}`, { functionName });
    },
    connected: () => {
      clearTimeout(confirmation);
      if (told.size === 0) return;
      confirmation = setTimeout(() => {
        told.clear();
        log('information', 'receives again', { functionName });
      }, confirmMs).unref();
    },
  };
};
