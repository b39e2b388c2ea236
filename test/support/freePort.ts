import { createServer } from 'node:net';
import { listenOnLoopback } from '../../local/service/loopback.ts';

/**
 * A port of this machine that is free now, for servers that cannot pick one themselves, or come back to theirs. It stays free: the
 * system gives ports below 32768 to nobody who asks for any.
 */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
    const probe = await listenOnLoopback(createServer(), port).catch(() => undefined);
    await probe?.close();
    if (probe) return port;
  }
};
