import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { openSmtp } from '../../../adapters/email/smtp.ts';

const about = { id: '7756c566-b8cb-5eae-bd3c-187780e884d5:2', attempt: 1 };
const letter = { to: { name: 'Ada', address: 'ada@example.com' }, subject: 'Hi', text: 'Hi', html: '<p>Hi</p>' };

/** What a server says to a command, or to the end of a letter; undefined where it is silent, 'closes' where it closes. */
type Says = (command: 'connected' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'letter') => string | undefined;
const friendly: Says = (command) =>
  command === 'connected' ? '220 hello' : command === 'DATA' ? '354 go on' : '250 fine';

/** An SMTP server that does to its clients what the test wants; keeps the letters that it read. */
const startServer = async (says: Says) => {
  const letters: string[] = [];
  const server = createServer((socket: Socket) => {
    let letterSoFar: string | undefined;
    const say = (command: Parameters<Says>[0]) => {
      const answer = says(command);
      if (answer === 'closes') socket.destroy();
      else if (answer !== undefined) socket.write(`${answer}\r\n`);
    };
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (text: string) => {
      if (letterSoFar === undefined) {
        const [command = ''] = text.split(/[\s:]/);
        say(command as Parameters<Says>[0]);
        if (command === 'DATA') letterSoFar = '';
        return;
      }
      letterSoFar += text;
      if (!letterSoFar.endsWith('\r\n.\r\n')) return;
      letters.push(letterSoFar);
      letterSoFar = undefined;
      say('letter');
    });
    say('connected');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const mailer = openSmtp(`smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, 'bank@daybook.example');
  afterAll(() => {
    mailer.close();
    server.close();
  });
  return { letters, send: (waitMs = 20_000) => mailer.send(about, letter, AbortSignal.timeout(waitMs)) };
};

it('a server that takes a letter has accepted it', async () => {
  const { letters, send } = await startServer(friendly);
  expect(await send()).toEqual({ outcome: 'accepted' });
  expect(letters).toHaveLength(1);
});

it.each(['connected', 'DATA', 'letter'] as const)('a server that hangs at %s means later, in time', async (silent) => {
  const { send } = await startServer((command) => (command === silent ? undefined : friendly(command)));
  const begun = performance.now();
  expect(await send(300)).toMatchObject({ outcome: 'later' });
  expect(performance.now() - begun).toBeLessThan(5_000);
});

it('a server that closes after the letter means later; what it has is the same letter each time', async () => {
  const { letters, send } = await startServer((command) => (command === 'letter' ? 'closes' : friendly(command)));
  expect(await send()).toMatchObject({ outcome: 'later' });
  await send();
  expect(letters.length).toBeGreaterThanOrEqual(2);
  const ids = letters.map((each) => /^message-id: (.*)$/im.exec(each)?.[1]);
  expect(new Set(ids)).toEqual(new Set(['<7756c566-b8cb-5eae-bd3c-187780e884d5.2@daybook.example>']));
});

it('a server that closes at once means later', async () => {
  const { send } = await startServer(() => 'closes');
  expect(await send()).toMatchObject({ outcome: 'later' });
});
