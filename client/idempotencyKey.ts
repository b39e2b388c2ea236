/** One for each command. Browsers have `crypto.randomUUID` only for pages that came by HTTPS or from their own machine. */
export const newIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
