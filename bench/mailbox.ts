import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { createArrivals } from './receiver.ts';

/** Not the address at which the launcher would put its own inbox in the place of this server. */
const host = '127.0.0.2';

/** An SMTP server that takes every e-mail and keeps when it did, by the id of the event. */
export const startMailbox = async () => {
  const { arrive, arrival } = createArrivals();
  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: 0,
    onData(stream, _session, accept) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        accept();
        arrive(eventIdIn(Buffer.concat(chunks).toString()));
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, host, resolve));
  return {
    url: `smtp://${host}:${(smtp.server.address() as AddressInfo).port}`,
    arrival,
    stop: () => new Promise<void>((resolve) => smtp.close(resolve)),
  };
};

/** A message id cannot have the colon of an event's id. */
const eventIdIn = (mail: string): string => (/^message-id: <([^@>]+)@/im.exec(mail)?.[1] ?? '').replace('.', ':');
