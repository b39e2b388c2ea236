import { z } from 'zod';

const settings = z.object({
  COSMOS: z
    .string({ error: 'is missing: a connection string of Cosmos DB' })
    .regex(/^AccountEndpoint=https?:\/\/[^;]+;AccountKey=[^;]+;?$/, {
      error: 'must look like "AccountEndpoint=https://…;AccountKey=…"',
    }),
  SERVICEBUS: z
    .string({ error: 'is missing: a connection string of Service Bus' })
    .regex(/^Endpoint=sb:\/\/[^;]+;SharedAccessKeyName=[^;]+;SharedAccessKey=[^;]+/, {
      error: 'must look like "Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…"',
    }),
  /** Signs the cursors of lists; changing it makes those in use invalid. */
  CURSOR_KEY: z
    .string({ error: 'is missing: a secret of 16 characters or more, which signs cursors' })
    .min(16, { error: 'must have 16 characters or more' }),
});
export type Settings = z.infer<typeof settings>;

/** Throws one error that lists every problem, without values. */
export const readSettings = (environment: Readonly<Record<string, string | undefined>>): Settings => {
  const result = settings.safeParse(environment);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `  ${path.join('.')} ${message}`);
  throw new Error(`Settings are missing or wrong:\n${problems.join('\n')}`);
};
