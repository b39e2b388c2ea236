import { z } from 'zod';
import { v5 } from 'uuid';
import type { Sent } from '../../application/email/ports.ts';
import { managedIdentity } from '../identity/credential.ts';
import type { Mailer, MailerConnection } from './mailer.ts';

const scope = 'https://communication.azure.com/.default';
const path = '/emails:send?api-version=2023-03-31';
/** The namespace of the ids of requests: random, and never changed. */
const namespace = 'c6c1b1f4-0a39-4d0b-93b5-5b8b1f6f5d0e';

const problem = z.object({ error: z.object({ code: z.string().regex(/^\w{1,50}$/) }) });

/** The letter itself is wrong; of all else, a right, a limit or the service may change. */
const refusals = new Set([400, 413, 422]);

/**
 * Sends by the e-mail of Azure Communication Services, as a managed identity. Accepted means that the service will send it. The service
 * remembers a request and its answer, also a refusal, for five minutes: each try of an event is a request of its own, which has that
 * answer where it is repeated.
 */
export const openCommunicationServices = (
  { endpoint, clientId, from }: Extract<MailerConnection, { readonly endpoint: string }>,
  credential = managedIdentity(clientId),
): Mailer => ({
  async send({ id, attempt }, { to, subject, text, html }, signal) {
    try {
      const { token } = (await credential.getToken(scope, { abortSignal: signal })) ?? {};
      const answer = await fetch(new URL(path, endpoint), {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token ?? ''}`,
          'content-type': 'application/json',
          'repeatability-request-id': v5(`${id} ${attempt}`, namespace),
          'repeatability-first-sent': new Date().toUTCString(),
        },
        body: JSON.stringify({
          senderAddress: from,
          recipients: { to: [{ address: to.address, displayName: to.name }] },
          content: { subject, plainText: text, html },
          userEngagementTrackingDisabled: true,
        }),
        redirect: 'error',
        signal,
      });
      return outcomeOf(answer.status, problem.safeParse(await answer.json().catch(() => undefined)).data?.error.code);
    } catch (error) {
      return { outcome: 'later', reason: `Communication Services gave no answer: ${nameOf(error)}` };
    }
  },
  close: () => undefined,
});

const outcomeOf = (status: number, code = ''): Sent => {
  if (status === 202) return { outcome: 'accepted' };
  const reason = `Communication Services refused the e-mail: ${status} ${code}`.trimEnd();
  return { outcome: refusals.has(status) ? 'refused' : 'later', reason };
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
