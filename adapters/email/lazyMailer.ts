import type { Mailer, MailerConnection } from './mailer.ts';

/** Opened when there is a first letter: instances that send none load neither library. */
export const lazyMailer = (connection: MailerConnection): Mailer => {
  let opening: Promise<Mailer> | undefined;
  const open = async (): Promise<Mailer> =>
    'smtp' in connection
      ? (await import('./smtp.ts')).openSmtp(connection.smtp, connection.from)
      : (await import('./communicationServices.ts')).openCommunicationServices(connection);
  return {
    send: async (...letter) => (await (opening ??= open())).send(...letter),
    close() {
      void opening?.then((mailer) => mailer.close());
    },
  };
};
