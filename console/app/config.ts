/** What the app tells its page, in the page's head (functions/pages/consolePage.ts). */
type Config = {
  readonly door: 'key' | 'token';
  /** The time zone of the bank's days. */
  readonly timeZone: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly scope?: string;
  readonly customerClaim?: string;
};

const text = document.querySelector<HTMLMetaElement>('meta[name="console"]')?.content ?? '{}';

export const config = JSON.parse(text) as Config;
