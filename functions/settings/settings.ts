import { z } from 'zod';
import { isTimeZone } from '../../projections/bankTimeZone.ts';
import { kafka } from '../../subscribers/kafka.ts';
import { notifications } from '../../subscribers/notifications/notifications.ts';
import { listeners } from '../../subscribers/registry.ts';
import { consoleSettings } from './consoleSettings.ts';
import type { Environment } from './connectionSettings.ts';
import { contextSettings, flag, readEnvironment } from './contextSettings.ts';
import { emailProblem } from './emailSettings.ts';
import { brokers } from './kafkaSettings.ts';

const switched = listeners.filter((listener) => listener.switched).map(({ name }) => name);

const settings = z
  .object({
    ...contextSettings(switched),
    /** A transfer that is on its way for longer has lost its message, or nobody can settle it: the reconciler tries. */
    TRANSFERS_LATE_AFTER_SECONDS: z
      .string()
      .regex(/^([1-9]\d{0,4})?$/, { error: 'must be a number of seconds' })
      .optional()
      .transform((text = '') => (text === '' ? 60 : Number(text))),
    /** Lets webhooks be on this machine, and by plain HTTP. */
    WEBHOOKS_ALLOW_LOCAL: flag,
    /** The app's own host, which no webhook may have. Azure sets it, and so does the local host. */
    WEBSITE_HOSTNAME: z
      .string()
      .optional()
      .transform((text) => (text === '' ? undefined : text))
      .refine((text) => text === undefined || /^[\w.-]+(:\d{1,5})?$/.test(text), { error: 'must be a host' }),
    /** `projections/bankTimeZone.ts` reads it, too. */
    BANK_TIME_ZONE: z
      .string()
      .optional()
      .transform((text = '') => (text === '' ? 'UTC' : text))
      .refine(isTimeZone, { error: 'must be the IANA name of a time zone, such as Europe/Berlin' }),
    CONSOLE: consoleSettings,
    KAFKA: brokers,
  })
  .superRefine((given, context) => {
    const { AUTH, CONSOLE } = given;
    const [setting, problem] = emailProblem(given, notifications.name) ?? [];
    if (setting !== undefined)
      context.addIssue({ code: 'custom', path: [setting], message: problem, input: undefined });
    if (!AUTH || !CONSOLE || CONSOLE.clientId) return;
    const message = 'is missing, but the console is on, and tokens are the door';
    context.addIssue({ code: 'custom', path: ['CONSOLE', '_CLIENT_ID'], message, input: undefined });
  })
  .refine(({ LISTENERS, KAFKA }) => KAFKA !== undefined || !LISTENERS.includes(kafka.name), {
    path: ['KAFKA'],
    error: 'is missing, but LISTENERS names kafka',
  });
export type Settings = z.infer<typeof settings>;

/** Throws one error that lists every problem, but no values. */
export const readSettings = (environment: Environment): Settings =>
  readEnvironment(settings, environment, ['CONSOLE', 'KAFKA']);
