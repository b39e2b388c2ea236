import type { SendLetter } from '../../application/email/ports.ts';

/** A service that delivers letters. */
export type Mailer = {
  readonly send: SendLetter;
  close(): void;
};

/** By SMTP, or by the e-mail of Azure Communication Services; from one address. */
export type MailerConnection = { readonly from: string } & (
  { readonly smtp: string } | { readonly endpoint: string; readonly clientId: string | undefined }
);
