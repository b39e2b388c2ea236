import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { refuseForeign, type AllowedHosts } from '../../service/foreignRequests.ts';
import { listenOnLoopback } from '../../service/loopback.ts';
import type { Logger } from '../log.ts';
import { describeError } from '../log.ts';
import type { Router } from './router.ts';
import { readBody, requestUrl, toRpcHttp, traceContextOf } from './request.ts';
import { sendBare, sendOutcome } from './response.ts';
import type { Invoke } from '../invocation.ts';
import type { AuthLevel } from '../hostFunction.ts';
import type { Admin } from './admin.ts';
import type { Cors } from './cors.ts';
import type { HomePage } from './homePage.ts';
import { answerLocal, isLocal, type LocalRoutes } from './localRoutes.ts';
import { isEnough, type Keys } from './keys.ts';

export type HttpServer = {
  readonly port: number;
  /** Stops accepting requests; running ones go on. */
  readonly stopAccepting: () => void;
  /** Ends every connection, and resolves when the port is free. */
  readonly close: () => Promise<void>;
};

export type HttpApp = {
  readonly router: Router;
  readonly admin: Admin;
  readonly homePage: HomePage;
  /** Without them, nothing answers below `/_local` but a function. */
  readonly local: LocalRoutes | undefined;
  /** Without keys everybody may call every function, as with Core Tools. */
  readonly keys: Keys | undefined;
  /** Whether callers without a key may call `/admin` where there are no keys. */
  readonly opensAdmin: boolean;
  /** Further hosts of which it takes requests. */
  readonly allowedHosts: AllowedHosts;
  readonly cors: Cors | undefined;
  readonly maximumBodyBytes: number;
  readonly invoke: Invoke;
};

const answer = async (app: HttpApp, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { router, admin, homePage, local, keys, opensAdmin, allowedHosts, cors, maximumBodyBytes, invoke } = app;
  const url = requestUrl(request);
  if (!url) {
    sendBare(response, 400);
    return;
  }
  const isForAdmin = admin.handles(url);
  const isForLocal = local !== undefined && isLocal(url);
  // The origins of the settings may call the app, not its host.
  const allowsOrigin = isForAdmin || isForLocal ? undefined : cors?.allows;
  if (refuseForeign(request, response, { allowedHosts, allowsOrigin })) return;
  const levelFor = (functionName?: string): AuthLevel => keys?.levelOf(request, url, functionName) ?? 'admin';
  const adminLevel = (): AuthLevel => (keys || opensAdmin ? levelFor() : 'anonymous');
  if (isForAdmin) {
    await admin.answer(request, response, url, adminLevel());
    return;
  }
  if (isForLocal) {
    await answerLocal(local, request, response, url, adminLevel());
    return;
  }
  if (cors?.handle(request, response)) return;
  const match = router.match(request.method ?? 'GET', url.pathname);
  if (!match) {
    if (url.pathname === '/') homePage(response);
    else sendBare(response, 404);
    return;
  }
  if (!isEnough(levelFor(match.target.name), match.target.trigger.authLevel)) {
    sendBare(response, 401);
    return;
  }
  const body = await readBody(request, maximumBodyBytes);
  if (body === 'tooLarge') {
    refuseBody(request, response);
    return;
  }
  const traceContext = traceContextOf(request);
  const outcome = await invoke(match.target, {
    input: { http: toRpcHttp(request, url, match.params, body) },
    ...(traceContext && { traceContext }),
    note: about(request),
  });
  sendOutcome(response, outcome);
};

/**
 * Answers, and drops what the client still sends for a moment: it reads no answer before it has sent its body, and none at all if the
 * connection closes meanwhile.
 */
const refuseBody = (request: IncomingMessage, response: ServerResponse): void => {
  sendBare(response, 413);
  request.resume();
  const patience = setTimeout(() => request.socket.destroy(), 5_000).unref();
  request.once('end', () => clearTimeout(patience));
};

/** Names a request in the log, without its query, which may name people. */
const about = ({ method = '', url = '' }: IncomingMessage): string => `${method} ${url.replace(/\?.*/s, '')}`;

/** Serves the functions. Rejects with the error of `listen` if it cannot have the port. */
export const startHttpServer = async (app: HttpApp, options: { port: number; log: Logger }): Promise<HttpServer> => {
  const { log } = options;
  const server = createServer((request, response) => {
    // A connection that is kept alive must not bring further requests while the host stops.
    if (!server.listening) response.setHeader('connection', 'close');
    answer(app, request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) {
        log('debug', `${about(request)}: the client went away.`);
        return;
      }
      log('error', `${about(request)} failed in the host: ${describeError(error)}`);
      if (response.headersSent) {
        response.destroy();
        return;
      }
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      sendBare(response, 500);
    });
  });
  // Longer than clients keep an idle connection, so that the client closes it first.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 66_000;

  const listening = await listenOnLoopback(server, options.port);
  let closed: Promise<void> | undefined;
  const stopAccepting = (): Promise<void> => (closed ??= listening.close());
  return {
    port: listening.port,
    stopAccepting: () => {
      void stopAccepting();
      server.closeIdleConnections();
    },
    close: () => {
      const over = stopAccepting();
      server.closeAllConnections();
      return over;
    },
  };
};
