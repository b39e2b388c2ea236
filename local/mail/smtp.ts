import { createServer } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { listenOnLoopback, type Listening } from '../service/loopback.ts';
import { maximumMailBytes, type Inbox } from './inbox.ts';

/** Takes every e-mail for everybody, without TLS and without asking who sends it. */
export const listenForMail = async (inbox: Inbox, port: number): Promise<Listening> => {
  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    size: maximumMailBytes,
    maxClients: 50,
    socketTimeout: 60_000,
    closeTimeout: 0,
    // Before the greeting it would ask the DNS who the client is.
    disableReverseLookup: true,
    onData(stream, { envelope: { mailFrom, rcptTo } }, answer) {
      const chunks: Buffer[] = [];
      // What is beyond the size is read, and not kept.
      stream.on('data', (chunk: Buffer) => stream.sizeExceeded || chunks.push(chunk));
      stream.on('end', () => {
        if (stream.sizeExceeded) {
          answer(Object.assign(new Error('The inbox takes no e-mail of this size'), { responseCode: 552 }));
          return;
        }
        const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) };
        inbox.add(Buffer.concat(chunks), envelope).then(() => answer(), answer);
      });
    },
  });
  // Of clients that break off.
  smtp.on('error', () => undefined);
  const server = createServer((socket) => smtp.connect(socket));
  const { close, ...listening } = await listenOnLoopback(server, port);
  return {
    ...listening,
    async close() {
      const closed = close();
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
      await closed;
    },
  };
};
