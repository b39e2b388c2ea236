import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** How the server answers an e-mail for an address: it takes it, refuses it with a status, or does not answer at all. */
export type Answer = 'takes' | 'hangs' | 450 | 550;

export type Arrived = Email & { readonly recipient: string };

/** An SMTP server for tests. `answers` tells how it answers next; each e-mail that it has taken is in `arrived`. */
export const startSmtpServer = async () => {
  const arrived: Arrived[] = [];
  const server: { answers: (address: string) => Answer; readonly tried: string[] } = {
    answers: () => 'takes',
    tried: [],
  };
  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: 0,
    onRcptTo({ address }, _, callback) {
      server.tried.push(address);
      const answer = server.answers(address);
      if (answer === 'hangs') return;
      if (answer === 'takes') callback();
      else callback(Object.assign(new Error(`Not for ${address}`), { responseCode: answer }));
    },
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        void PostalMime.parse(Buffer.concat(chunks)).then((email) => {
          arrived.push({ ...email, recipient: envelope.rcptTo[0]?.address ?? '' });
          callback();
        });
      });
    },
  });
  smtp.on('error', () => undefined);
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  return {
    server,
    arrived,
    url: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    stop: () => new Promise<void>((resolve) => smtp.close(resolve)),
  };
};
