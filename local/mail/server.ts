import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { refuseForeign, type AllowedHosts } from '../service/foreignRequests.ts';
import { listenOnLoopback } from '../service/loopback.ts';
import { portTaken } from '../service/startProblem.ts';
import { codeOf } from '../service/thrown.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { listPage, mailPage } from './pages.ts';
import { listenForMail } from './smtp.ts';

export type MailOptions = {
  /** Of the page; 0 takes a free port. */
  readonly port: number;
  readonly smtpPort: number;
  readonly allowedHosts?: AllowedHosts;
};

export type RunningMail = {
  /** Of the page. */
  readonly port: number;
  readonly smtpPort: number;
  readonly close: () => Promise<void>;
};

const html = 'text/html; charset=utf-8';
const ownPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'";
/** Of an e-mail, which anybody may have written. */
const mailPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'";

type Page = { readonly status?: number; readonly type: string; readonly policy?: string; readonly body: string };

const json = 'application/json';

const pageAt = (inbox: Inbox, path: string): Page => {
  if (path === '/') return { type: html, body: listPage(inbox.list()) };
  if (path === '/_inbox') return { type: json, body: JSON.stringify({ items: inbox.list() }) };
  const [, id, part] = /^\/mails\/(\d{1,15})(\/html)?$/.exec(path) ?? [];
  const mail = id === undefined ? undefined : inbox.find(Number(id));
  if (!mail) return { status: 404, type: json, body: '{"error":"There is no such page."}\n' };
  return part === undefined
    ? { type: html, body: mailPage(mail) }
    : { type: html, policy: mailPolicy, body: mail.html };
};

const answer = (inbox: Inbox, { method = '', url = '' }: IncomingMessage, response: ServerResponse): void => {
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const { status = 200, type, policy = ownPolicy, body } = pageAt(inbox, url.split('?')[0] ?? '');
  response.writeHead(status, {
    'content-type': type,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  response.end(method === 'GET' ? body : undefined);
};

const listening = async <Result>(listen: Promise<Result>, port: number, flag: string): Promise<Result> => {
  try {
    return await listen;
  } catch (error) {
    throw codeOf(error) === 'EADDRINUSE' ? portTaken(port, 'the inbox', flag) : error;
  }
};

/** Runs an inbox for e-mail on this machine: an SMTP server that takes everything, and pages that show it. */
export const startMail = async ({ port, smtpPort, allowedHosts = [] }: MailOptions): Promise<RunningMail> => {
  const inbox = createInbox();
  const server = createServer((request, response) => {
    if (!refuseForeign(request, response, { allowedHosts })) answer(inbox, request, response);
  });
  const pages = await listening(listenOnLoopback(server, port), port, '--mail-port');
  try {
    const smtp = await listening(listenForMail(inbox, smtpPort), smtpPort, '--smtp-port');
    return {
      port: pages.port,
      smtpPort: smtp.port,
      async close() {
        server.closeAllConnections();
        await Promise.all([pages.close(), smtp.close()]);
      },
    };
  } catch (error) {
    await pages.close();
    throw error;
  }
};
