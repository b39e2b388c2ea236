import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Service } from '../service.ts';
import { covers, resourcePath, verifySas } from '../sas.ts';
import { writeEntry, writeError, writeFeed } from './atom.ts';
import { administer, type Outcome } from './operations.ts';
import { BadRequest, Refusal } from './refusal.ts';
import { entityPathOf, parseResource } from './resources.ts';
import { XmlError } from './xml.ts';

const maxBodyBytes = 256 * 1024;
const mostEntries = 100;

type Answer = { readonly status: number; readonly body: string; readonly retryAfterMs?: number | undefined };

/** Answers the HTTP requests of administration clients, each once its changes are durable. */
export const administration =
  (service: Service) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const respond = ({ status, body, retryAfterMs }: Answer) => {
      // The client may still be sending a body that is too large.
      if (!request.complete) response.setHeader('connection', 'close');
      request.resume();
      if (retryAfterMs !== undefined) response.setHeader('retry-after', Math.ceil(retryAfterMs / 1000));
      response.writeHead(status, { 'content-type': 'application/atom+xml;type=entry;charset=utf-8' });
      response.end(body);
    };
    readBody(request)
      .then((body) => serve(service, request, body, respond))
      .catch((error: unknown) => respond(refusal(error)))
      .catch((error: unknown) => {
        // A client that closes its connection is no bug.
        if (request.errored === null) process.emitWarning(error instanceof Error ? error : String(error));
        request.socket.destroy();
      });
  };

function serve(service: Service, request: IncomingMessage, body: string, respond: (answer: Answer) => void): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const resource = parseResource(url.pathname);
  const target = resource ? entityPathOf(resource) : '';
  const run = () => answerTo(service, request, url, body);
  const fault = service.faults.match('administration', target);
  const soon = (effect: () => void) => service.turns.after(effect);
  switch (fault?.kind) {
    case 'answer':
      respond({ ...fault, body: writeError(fault.status, 'A fault that was asked for.') });
      return;
    case 'reject':
      respond({ status: 500, body: writeError(500, fault.condition) });
      return;
    case 'drop':
      if (fault.when === 'after') run();
      soon(() => request.socket.destroy());
      return;
    case 'timeout':
      if (fault.when === 'after') run();
      return;
    case 'delay':
      setTimeout(() => {
        const answer = run();
        soon(() => respond(answer));
      }, fault.ms);
      return;
    case 'duplicate':
    case 'reorder':
    case 'expireLocks':
    case undefined: {
      const answer = run();
      soon(() => respond(answer));
    }
  }
}

function answerTo(service: Service, request: IncomingMessage, url: URL, body: string): Answer {
  try {
    return execute(service, request, url, body);
  } catch (error) {
    return refusal(error);
  }
}

function execute({ broker, keys, now }: Service, request: IncomingMessage, url: URL, body: string): Answer {
  const grant = verifySas(request.headers.authorization ?? '', keys, now());
  if (!grant.valid) throw new Refusal(401, `SubCode=40103. ${grant.reason}`);
  const resource = parseResource(url.pathname);
  if (!resource) throw new BadRequest(`'${url.pathname}' is no entity.`);
  if (!covers(grant.resource, resourcePath(url.pathname))) {
    throw new Refusal(401, 'SubCode=40104. InvalidAudience: The token is for another resource.');
  }
  const host = request.headers.host ?? 'localhost';
  const outcome = administer(broker, {
    resource,
    method: request.method ?? 'GET',
    isUpdate: request.headers['if-match'] !== undefined,
    body,
    host,
    now: now(),
  });
  return { status: outcome.status, body: write(outcome, `https://${host}${url.pathname}`, url, new Date(now())) };
}

function write({ entry, list }: Outcome, self: string, url: URL, now: Date): string {
  if (entry) return writeEntry(entry, now);
  if (!list) return '';
  const skip = numberIn(url, '$skip', 0);
  const top = Math.min(numberIn(url, '$top', mostEntries), mostEntries);
  const next = list.length > skip + top ? `${self}?$skip=${skip + top}&$top=${top}` : undefined;
  return writeFeed(self, list.slice(skip, skip + top), next, now);
}

function numberIn(url: URL, name: string, otherwise: number): number {
  const text = url.searchParams.get(name);
  if (text === null) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new BadRequest(`${name} is a number, not '${text}'.`);
  return Number(text);
}

function refusal(error: unknown): Answer {
  if (error instanceof Refusal) return { status: error.status, body: writeError(error.status, error.message) };
  if (error instanceof z.ZodError || error instanceof XmlError) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    return { status: 400, body: writeError(400, `SubCode=40000. ${detail}`) };
  }
  throw error;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop must not destroy the connection: it carries the refusal.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Refusal(413, 'The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
