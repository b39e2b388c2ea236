import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { unauthorized } from '../errors.ts';
import { type CosmosRequest, header } from './http.ts';
import type { ResourceLink } from './routing.ts';

/** The published key of Microsoft's emulator, which protects nothing. */
export const emulatorKey = 'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==';

/** Created once, because creating a key costs more than the rest of a signature. */
const key = createSecretKey(emulatorKey, 'base64');

/** Throws 401 unless the request is signed with the emulator's key. */
export const authorize = (request: CosmosRequest, { type, link }: ResourceLink): void => {
  const signature = /^type=master&ver=1\.0&sig=(.+)$/.exec(decoded(header(request, 'authorization')))?.[1];
  if (signature === undefined) throw unauthorized();
  const date = header(request, 'x-ms-date');
  // Exactly one of the two dates is signed.
  const dates = date === undefined ? `\n${header(request, 'date') ?? ''}` : `${date}\n`;
  const signed = [request.method.toLowerCase(), type, link, dates.toLowerCase(), ''].join('\n');
  const expected = createHmac('sha256', key).update(signed).digest();
  const given = Buffer.from(signature, 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw unauthorized();
};

const decoded = (authorization: string | undefined): string => {
  try {
    return decodeURIComponent(authorization ?? '');
  } catch {
    throw unauthorized();
  }
};
