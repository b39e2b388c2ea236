import type { Logger } from '../log.ts';
import { codeOf } from '../../service/thrown.ts';

/** Turns the client library's one error per attempt into one line of the log per change of state. */
export type ConnectionState = {
  readonly failed: (error: Error) => void;
  readonly connected: () => void;
};

/** What a broker that is there says about the entity. Without a broker, each attempt may fail in another way. */
const refusals = ['MessagingEntityNotFound', 'MessagingEntityDisabled', 'UnauthorizedAccess'];
/** A link that is refused looks like one that was granted, for a moment. */
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
