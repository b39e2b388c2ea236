import type { IncomingMessage } from 'node:http';
import { tooLarge } from './errors.ts';
import { largestItem } from './items.ts';

/** How much of a body that is too large is read to its end, so that its sender comes to read the answer. */
const mostDiscarded = 64 * 1024 * 1024;

/** Reads a body; throws 413 for one beyond 2 MB, of which no more than that is ever held. */
export const readBody = async (request: IncomingMessage): Promise<string> => {
  let chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= largestItem) chunks.push(chunk);
    else chunks = [];
    if (length > mostDiscarded) break;
  }
  if (length > largestItem) throw tooLarge();
  return Buffer.concat(chunks).toString();
};
