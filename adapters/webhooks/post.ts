import { Resolver } from 'node:dns/promises';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Outcome, TryError } from '../../application/webhooks/delivery.ts';
import type { Addresses, Post } from '../../application/webhooks/ports.ts';

/** For the look-up of the name, connection, TLS and answer together. */
const tryMs = 15_000;
const maximumAnswerBytes = 64 * 1024;
/** How long an unused connection stays open for the next message. */
const idleMs = 10_000;

/** All addresses of a name. */
export type Resolve = (name: string) => Promise<readonly string[]>;

type Options = {
  readonly addresses: Addresses;
  readonly resolve?: Resolve;
  readonly timeoutMs?: number;
};

/** Not `dns.lookup`, which would take a thread from files and other names for as long as a server of names is silent. */
const resolveName: Resolve = async (name) => {
  if (name === 'localhost') return ['127.0.0.1', '::1'];
  const resolver = new Resolver({ timeout: 5_000, tries: 2 });
  const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  return found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
};

class TryFailed extends Error {
  readonly error: TryError;
  constructor(error: TryError) {
    super(error);
    this.error = error;
  }
}

/**
 * Sends messages by HTTP: never to an address that is refused, by no proxy, and without following a redirection. A connection is used
 * for several messages: its address was checked when it was dialled.
 */
export const openPost = ({ addresses, resolve = resolveName, timeoutMs = tryMs }: Options) => {
  // Agents of its own: the global ones heed proxies of the environment.
  const options = { keepAlive: true, maxFreeSockets: 8, timeout: idleMs };
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) };

  /** Checks all addresses of a name, and hands out those that it has checked. */
  const lookupFor =
    (port: number): LookupFunction =>
    (name, { all }, callback) => {
      resolve(name).then(
        (found) => {
          const [first] = found;
          if (first === undefined) callback(new TryFailed('nameNotResolved'), '');
          else if (!found.every((address) => addresses.admits(address, port)))
            callback(new TryFailed('addressRefused'), '');
          else if (all)
            callback(
              null,
              found.map((address) => ({ address, family: isIP(address) })),
            );
          else callback(null, first, isIP(first));
        },
        () => callback(new TryFailed('nameNotResolved'), ''),
      );
    };

  const send = (url: URL, sent: RequestOptions, body: string): Promise<Outcome> =>
    new Promise((succeed, fail) => {
      let isOver = false;
      const end = (work: () => void): void => {
        if (!isOver) work();
        isOver = true;
      };
      const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const outgoing = request(url, sent, (answer) => {
        const outcome = { status: answer.statusCode ?? 0, retryAfterMs: retryAfterIn(answer) };
        // Nobody needs the body of the answer. The app reads it so that the connection is free again.
        end(() => void drain(answer).then(() => succeed(outcome)));
      });
      outgoing.on('upgrade', (_answer, socket) => {
        socket.destroy();
        // Nobody asked for another protocol.
        end(() => fail(new TryFailed('answerUnreadable')));
      });
      outgoing.on('error', (error) => {
        // The receiver had closed a connection that nobody used: it has seen nothing of this.
        const isStale = outgoing.reusedSocket && codeOf(error) === 'ECONNRESET' && sent.agent !== false;
        end(() => {
          if (isStale) send(url, { ...sent, agent: false }, body).then(succeed, fail);
          else fail(error);
        });
      });
      outgoing.on('close', () => end(() => fail(new TryFailed('connectionFailed'))));
      outgoing.end(body);
    });

  const post: Post = async (text, headers, body) => {
    const begun = performance.now();
    const ended = (outcome: Outcome) => ({ ...outcome, ms: Math.round(performance.now() - begun) });
    if (addresses.problemOf(text) !== undefined) return ended({ error: 'addressRefused' });
    const url = new URL(text);
    const port = Number(url.port) || (url.protocol === 'http:' ? 80 : 443);
    try {
      return ended(
        await send(
          url,
          {
            method: 'POST',
            headers: { ...headers, 'content-length': Buffer.byteLength(body), 'user-agent': 'Daybook-Webhooks/1' },
            agent: agents[url.protocol as keyof typeof agents],
            lookup: lookupFor(port),
            signal: AbortSignal.timeout(timeoutMs),
          },
          body,
        ),
      );
    } catch (error) {
      return ended({ error: errorOf(error) });
    }
  };

  return {
    post,
    close: (): void => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
};

/** Reads an answer to its end, or as much of it as anybody reads; ends the connection then. */
const drain = async (answer: IncomingMessage): Promise<void> => {
  let bytes = 0;
  try {
    for await (const chunk of answer) {
      bytes += (chunk as Buffer).length;
      if (bytes > maximumAnswerBytes) break;
    }
  } catch {
    // The status came before: it stands, however the rest ends.
  }
};

/** Only these two statuses have one that counts: seconds, or a date. */
const retryAfterIn = ({ statusCode, headers }: IncomingMessage): number | undefined => {
  const text = headers['retry-after'];
  if ((statusCode !== 429 && statusCode !== 503) || text === undefined) return undefined;
  const ms = /^\d{1,10}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
};

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

/** Codes of Node, and those that OpenSSL gives a certificate. */
const ofTls =
  /^ERR_(TLS|SSL)|^EPROTO|CERT|CRL|SELF_SIGNED|ISSUER|ALTNAME|LEAF_SIGNATURE|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH/;

const errorOf = (error: unknown): TryError => {
  const causes = error instanceof AggregateError ? error.errors : [error];
  const known = causes.find((cause) => cause instanceof TryFailed);
  if (known) return known.error;
  const { name, cause } = error as Error;
  if (name === 'TimeoutError' || (name === 'AbortError' && (cause as Error | undefined)?.name === 'TimeoutError'))
    return 'timedOut';
  const code = String(codeOf(error));
  if (/^(HPE_|ERR_HTTP)/.test(code)) return 'answerUnreadable';
  if (ofTls.test(code)) return 'certificateRefused';
  return 'connectionFailed';
};
