import { lazyMailer } from '../../adapters/email/lazyMailer.ts';
import type { MailerConnection } from '../../adapters/email/mailer.ts';
import { createEmailing } from '../../application/email/emailing.ts';
import { Unhandleable } from '../../application/subscriptions/subscriber.ts';
import type { Shared } from './shared.ts';

/** Sends e-mails, where somebody delivers them. */
export const composeEmailing = ({ telemetry, clock }: Shared, connection: MailerConnection | undefined) => {
  const mailer = connection && lazyMailer(connection);
  const nobody = () =>
    Promise.reject(new Unhandleable('Nobody delivers e-mail: neither SMTP nor EMAIL__endpoint is set'));
  const send = mailer?.send ?? nobody;
  return {
    emailing: createEmailing({ send, clock, random: Math.random, count: telemetry.countEmail }),
    closeMailer: () => mailer?.close(),
  };
};
