/** An e-mail address spoken for by a customer that exists or is about to. */
export type EmailClaim = { readonly customerId: string; readonly claimedAt: string };

export type EmailClaims = {
  /** Claims an address that nobody has claimed, else says who has. */
  claim(address: string, claim: EmailClaim): Promise<'claimed' | (EmailClaim & { readonly etag: string })>;
  /** Takes over a claim as it was read; 'conflict' when it has changed hands since. */
  takeOver(address: string, claim: EmailClaim, etag: string): Promise<'claimed' | 'conflict'>;
};
