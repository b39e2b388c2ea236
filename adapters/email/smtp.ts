import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { Sent } from '../../application/email/ports.ts';
import { messageIdOf } from './messageId.ts';
import type { Mailer } from './mailer.ts';

const connections = 8;

/** The facts about a failure that nodemailer tells. The app leaves out the server's own words, which may name people. */
const failure = z.object({ code: z.string().catch(''), responseCode: z.int().optional().catch(undefined) });

/** The server says this about a letter and its address; all else is about the server, and may pass. */
const aboutLetter = new Set(['EENVELOPE', 'EMESSAGE']);

const outcomeOf = (error: unknown): Sent => {
  const { code, responseCode } = failure.parse(error);
  const reason = `The SMTP server refused the e-mail: ${[code, responseCode].filter(Boolean).join(' ')}`;
  // Without an answer, an address that cannot be sent at all, or a connection that failed.
  const isFinal = responseCode === undefined ? code === 'EENVELOPE' : responseCode >= 500;
  return { outcome: aboutLetter.has(code) && isFinal ? 'refused' : 'later', reason };
};

const thisMachine = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Sends by SMTP over TLS, except to this machine. Keeps some connections open. */
export const openSmtp = (server: string, from: string): Mailer => {
  const { hostname, port, protocol, username, password } = new URL(server);
  const secure = protocol === 'smtps:';
  const transport = createTransport({
    pool: true,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !thisMachine.test(hostname),
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    maxConnections: connections,
    // A connection that was idle may be closed at the other end.
    maxRequeues: 1,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ id }, { to, subject, text, html }, signal) {
      const messageId = messageIdOf(id, from);
      try {
        // An automatic answer would reach nobody.
        const headers = { 'auto-submitted': 'auto-generated' };
        await transport.sendMail({ from, to, subject, text, html, messageId, headers, signal });
        return { outcome: 'accepted' };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    close: () => transport.close(),
  };
};
