import type { IncomingMessage } from 'node:http';
import { CosmosError, tooLarge } from '../errors.ts';
import { largestItem } from '../items/items.ts';

/**
 * The server reads a body that is too large up to this length, since clients read no answer before they have sent all.
 */
const mostDiscarded = 64 * 1024 * 1024;

/** The limit on the bytes of all bodies that are arriving at the same time. */
const mostHeld = 256 * 1024 * 1024;

let held = 0;

/** Reads a body; throws 413 for one beyond 2 MB. It never holds more than 2 MB of one body. */
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
      // A client that sends this much gets no answer.
      if (length > mostDiscarded) request.socket.destroy();
    }
  } finally {
    held -= own;
  }
  if (length > largestItem) throw tooLarge();
  return Buffer.concat(chunks).toString();
};
