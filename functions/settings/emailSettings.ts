import { z } from 'zod';
import { emailAddress } from '../../domain/emailAddress.ts';

const serverUrl = /^smtps?:\/\/([^:@/?#\s]+(:[^@/?#\s]*)?@)?([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?\/?$/i;
const endpointUrl = /^https:\/\/[^/?#@\\\s]+\/?$/;

/** An SMTP server that delivers e-mail. */
export const smtp = z
  .string()
  .optional()
  .transform((text) => (text === '' ? undefined : text))
  .refine((text) => text === undefined || serverUrl.test(text), {
    error: 'must look like "smtp://user:password@host:587"',
  });

/** The address from which e-mails come; and, in place of a server, the endpoint of Azure Communication Services and an identity. */
export const email = z.record(z.string(), z.string()).transform((parts, context) => {
  const { _FROM: from, __endpoint: endpoint, __credential: credential, __clientId: clientId } = parts;
  const refuse = (setting: string, message: string) =>
    context.addIssue({ code: 'custom', path: [setting], message, input: undefined });

  if (from !== undefined && !emailAddress.safeParse(from).success) refuse('_FROM', 'must be an e-mail address');
  if (endpoint === undefined) return { from, service: undefined };
  if (!endpointUrl.test(endpoint)) refuse('__endpoint', 'must look like "https://….communication.azure.com"');
  if (credential?.toLowerCase() !== 'managedidentity') refuse('__credential', 'must be "managedidentity"');
  if (clientId !== undefined && !z.guid().safeParse(clientId).success)
    refuse('__clientId', 'must be a UUID: the client id of the identity');
  return { from, service: { endpoint, clientId } };
});

type Given = {
  readonly SMTP: z.infer<typeof smtp>;
  readonly EMAIL: z.infer<typeof email>;
  readonly LISTENERS: readonly string[];
};

/** What is wrong with settings that are right one by one: the setting, and a message. The listener sends e-mail where it is on. */
export const emailProblem = ({ SMTP, EMAIL: { from, service }, LISTENERS }: Given, listener: string) => {
  if (SMTP !== undefined && service) return ['SMTP', 'and EMAIL__endpoint are both set: which of the two is meant?'];
  const isOn = SMTP !== undefined || service !== undefined;
  if (isOn && from === undefined) return ['EMAIL_FROM', 'is missing: the address from which e-mails come'];
  if (isOn || !LISTENERS.includes(listener)) return undefined;
  return ['LISTENERS', `names ${listener}, which need SMTP or EMAIL__endpoint`];
};

/** Who delivers e-mail; undefined where nobody does. */
export const mailerOf = ({ SMTP, EMAIL: { from = '', service } }: Pick<Given, 'SMTP' | 'EMAIL'>) => {
  if (SMTP !== undefined) return { from, smtp: SMTP };
  return service && { from, ...service };
};
