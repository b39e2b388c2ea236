import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { outOfTime, unauthorized, withoutDate } from '../errors.ts';
import { type CosmosRequest, header } from './http.ts';
import type { ResourceLink } from './routing.ts';

/** The published key of Microsoft's emulator, which protects nothing. */
export const emulatorKey = 'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==';

/** Created once, because creating a key costs more than the rest of a signature. */
const key = createSecretKey(emulatorKey, 'base64');

/** How far the date of a signature may be from this machine's clock. */
const longestSkewMs = 15 * 60_000;

/** Throws 401 unless the request is signed with the emulator's key and a date, and 403 unless that date is of this time. */
export const authorize = (request: CosmosRequest, { type, link }: ResourceLink): void => {
  const signature = /^type=master&ver=1\.0&sig=(.+)$/.exec(decoded(header(request, 'authorization')))?.[1];
  if (signature === undefined) throw unauthorized();
  const ownDate = header(request, 'x-ms-date');
  const date = ownDate ?? header(request, 'date') ?? '';
  // Exactly one of the two dates is signed.
  const dates = ownDate === undefined ? `\n${date}` : `${date}\n`;
  const signed = [request.method.toLowerCase(), type, link, dates.toLowerCase(), ''].join('\n');
  const expected = createHmac('sha256', key).update(signed).digest();
  const given = Buffer.from(signature, 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw unauthorized();
  checkDate(new Date(date));
};

const checkDate = (date: Date): void => {
  if (Number.isNaN(date.getTime())) throw withoutDate();
  // Clients sign by the clock of the machine, whatever time a test gives to the service.
  const now = new Date();
  if (Math.abs(now.getTime() - date.getTime()) > longestSkewMs) throw outOfTime(date, now);
};

const decoded = (authorization: string | undefined): string => {
  try {
    return decodeURIComponent(authorization ?? '');
  } catch {
    throw unauthorized();
  }
};
