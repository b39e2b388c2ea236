/** An e-mail address spoken for by a customer who has it, or is about to. */
export type EmailClaim = { readonly customerId: string; readonly claimedAt: string };

export type EmailClaims = {
  /** The claim on an address; undefined where nobody has claimed it. */
  read(address: string): Promise<(EmailClaim & { readonly etag: string }) | undefined>;
  /**
   * Writes a claim: on an address that nobody has claimed, or, with an ETag, in place of the claim as it was read. 'conflict' where
   * the claim is another one by now. A claim that is written anew always has another ETag.
   */
  write(address: string, claim: EmailClaim, etag?: string): Promise<{ readonly etag: string } | 'conflict'>;
  /** Removes a claim as it was read or written; leaves one that was written anew since. */
  release(address: string, etag: string): Promise<void>;
};
