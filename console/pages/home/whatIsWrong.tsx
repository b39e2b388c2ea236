import { operationsRefused } from '../../app/door.ts';
import { linkTo } from '../../app/router.ts';
import { knowledgeOf, troublesOf, type Watched } from './troubles.ts';

/** What needs somebody, before everything else; one quiet line where nothing does. */
export const WhatIsWrong = (watched: Watched) => {
  if (watched.health.failure?.status === 0) {
    return (
      <p class="notice warn" role="alert">
        The bank does not answer. This page tries again by itself.
      </p>
    );
  }
  const troubles = troublesOf(watched);
  const known = knowledgeOf(watched);
  return (
    <>
      {troubles.length > 0 && (
        <ul class="troubles" aria-label="What is wrong">
          {troubles.map(({ kind, text, link }) => (
            <li key={`${link} ${text}`} class={kind}>
              <span>{text}</span>
              {link !== undefined && <a href={linkTo(link)}>{leadingTo(link)}</a>}
            </li>
          ))}
        </ul>
      )}
      {known === 'missing' && <p class="notice warn">{missingText()}</p>}
      {known === 'all' && troubles.length === 0 && (
        <p class="well">
          <span class="status good">Everything is as it should be.</span>
        </p>
      )}
    </>
  );
};

const leadingTo = (link: string): string => {
  if (link.startsWith('/listeners/webhooks/')) return 'Open the webhook';
  return link === '/views' ? 'Open views' : 'Open listeners';
};

const missingText = (): string =>
  operationsRefused.value
    ? 'Whether all is well is not known yet: the master key opens what operations know.'
    : 'Whether all is well is not known: some of it does not answer. This page tries again by itself.';
