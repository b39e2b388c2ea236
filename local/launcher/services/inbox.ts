import type { Settings } from '../../functionsHost/settings.ts';
import type { StartOptions } from '../arguments.ts';
import type { Cleanup } from '../program.ts';

/** The inbox of an app: how it finds it, and where people do. */
export type AppInbox = {
  readonly settings: Readonly<Record<string, string>>;
  readonly addresses: readonly (readonly [name: string, address: string])[];
  readonly ports: { readonly mailPort?: number };
};

const onThisMachine = /^smtp:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?\/?$/;

/** Starts an inbox where the app's settings have it send e-mail to this machine, and to no other. */
export const startInbox = async (
  { SMTP = '' }: Settings,
  { mailPort: port, smtpPort, allowedHosts }: StartOptions,
  cleanup: Cleanup,
): Promise<AppInbox> => {
  if (!onThisMachine.test(SMTP)) return { settings: {}, addresses: [], ports: {} };
  const { startMail } = await import('../../mail/server.ts');
  const mail = await startMail({ port, smtpPort, allowedHosts });
  cleanup(mail.close);
  return {
    settings: { SMTP: `smtp://127.0.0.1:${mail.smtpPort}` },
    addresses: [['Inbox', `http://localhost:${mail.port}`]],
    ports: { mailPort: mail.port },
  };
};
