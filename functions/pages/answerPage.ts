import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import type { Answer } from '../http/answer.ts';
import { matchesWeakly } from '../http/entityTags.ts';
import { pageFiles, type PageFiles } from './pageFiles.ts';

export type Page = {
  /** The beginning of the names of its script and its style. */
  readonly name: string;
  readonly title: string;
  readonly policy: Readonly<Record<string, string>>;
  /** What the page's script is told, in the page's head. */
  readonly about?: object;
  /** What it shows without scripts. */
  readonly withoutScripts: string;
};

/** An HTML page that only loads its script and its style. Browsers keep it, and ask each time whether it is still the newest. */
export const answerPage = async (
  page: Page,
  ifNoneMatch: string | undefined,
  all: PageFiles = pageFiles,
): Promise<Answer> => {
  const files = (await all()).filter(({ name }) => name.startsWith(`${page.name}-`));
  const fileOf = (extension: string) => files.find(({ name }) => extname(name) === extension)?.name ?? '';
  const content = Buffer.from(
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title}</title>${page.about ? `\n<meta name="${page.name}" content="${escaped(JSON.stringify(page.about))}">` : ''}
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/${fileOf('.css')}">
<script type="module" src="/assets/${fileOf('.js')}"></script>
</head>
<body>
<div id="page"></div>
<noscript>${page.withoutScripts}</noscript>
</body>
</html>
`,
  );
  const policy = Object.entries(page.policy)
    .map(([directive, value]) => `${directive} ${value}`)
    .join('; ');
  // Browsers may go on with the headers of the page that they keep: another policy is another page.
  const tag = createHash('sha256').update(content).update(policy).digest('base64url').slice(0, 22);
  const about = { etag: `"${tag}"`, 'cache-control': 'no-cache', 'content-security-policy': policy };
  if (matchesWeakly(ifNoneMatch, tag)) return { status: 304, headers: about };
  return { status: 200, headers: { ...about, 'content-type': 'text/html; charset=utf-8' }, content };
};

const escaped = (text: string): string => text.replace(/[&"<>]/g, (character) => `&#${character.codePointAt(0)};`);

/** What a page may do: it loads from this app alone, sends nothing elsewhere, and is in nobody's frame. */
export const ownOriginOnly = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};
