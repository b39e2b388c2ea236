import type { IncomingMessage } from 'node:http';
import { CosmosError, tooLarge } from '../errors.ts';
import { largestItem } from '../items/items.ts';

/** How much of a body that is too large is read to its end, so that its sender comes to read the answer. */
const mostDiscarded = 64 * 1024 * 1024;

/** What all bodies together may take that have not arrived as a whole. */
const mostHeld = 256 * 1024 * 1024;

let held = 0;

/** Reads a body; throws 413 for one beyond 2 MB, of which no more than that is ever held. */
export const readBody = async (request: IncomingMessage): Promise<string> => {
  let chunks: Buffer[] = [];
  let length = 0;
  let own = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length <= largestItem) {
        chunks.push(chunk);
        own += chunk.length;
        held += chunk.length;
        if (held > mostHeld) throw new CosmosError(503, 'Too many large requests at the same time.');
      } else {
        chunks = [];
      }
      // Whoever sends this much without looking is not answered.
      if (length > mostDiscarded) request.socket.destroy();
    }
  } finally {
    held -= own;
  }
  if (length > largestItem) throw tooLarge();
  return Buffer.concat(chunks).toString();
};
