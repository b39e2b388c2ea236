import type { Services } from '../services.ts';
import type { Answer } from '../http/answer.ts';
import { notFound } from '../http/problem.ts';
import { answerPage, ownOriginOnly } from './answerPage.ts';

/** The console; it does not exist where it is switched off. */
export const answerConsole = async (
  { console, door }: Pick<Services, 'console' | 'door'>,
  ifNoneMatch: string | undefined,
): Promise<Answer> => {
  if (!console) return notFound();
  const { timeZone, signIn } = console;
  const origins = await signIn?.origins();
  return answerPage(
    {
      name: 'console',
      title: 'Daybook',
      policy: {
        ...ownOriginOnly,
        'connect-src': ["'self'", ...(origins ?? [])].join(' '),
        'require-trusted-types-for': "'script'",
      },
      about: { door, timeZone, ...signIn?.client },
      withoutScripts: `<h1>Daybook</h1>
<p>An event-sourced bank. Its console needs scripts. Without them, there are
<a href="/api/health">the state of its services</a> and <a href="/api/openapi.json">the description of its API</a>.</p>`,
    },
    ifNoneMatch,
  );
};
