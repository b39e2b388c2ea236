import type { Mail } from './inbox.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color-scheme: light dark }
  table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884 }
  pre { white-space: pre-wrap; border: 1px solid #8884; padding: .6rem }
  iframe { width: 100%; height: 24rem; border: 1px solid #8884; background: #fff }`;

const page = (title: string, ...content: readonly string[]): string =>
  [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>`,
    '<meta name="viewport" content="width=device-width">',
    `<style>${style}</style></head><body><h1>${escaped(title)}</h1>`,
    ...content,
    '</body></html>\n',
  ].join('\n');

/** The e-mails that there are; it shows new ones by itself. */
export const listPage = (mails: readonly Mail[]): string => {
  const rows = mails.map(
    ({ id, receivedAt, to, subject }) =>
      `<tr><td>${receivedAt.slice(0, 19).replace('T', ' ')}</td><td>${escaped(to.join(', '))}</td>` +
      `<td><a href="/mails/${id}">${escaped(subject || '(no subject)')}</a></td></tr>`,
  );
  return page(
    'Inbox',
    '<meta http-equiv="refresh" content="5">',
    rows.length === 0
      ? '<p>No e-mail has arrived yet.</p>'
      : `<table><tr><th>Received (UTC)</th><th>To</th><th>Subject</th></tr>${rows.join('')}</table>`,
    '<p><a href="/_inbox">All of them as JSON</a></p>',
  );
};

/** One e-mail; its HTML is in a frame that may do nothing. */
export const mailPage = ({ id, receivedAt, messageId, from, to, subject, text }: Mail): string =>
  page(
    subject || '(no subject)',
    '<p><a href="/">Inbox</a></p><table>',
    ...[
      ['From', from],
      ['To', to.join(', ')],
      ['Received', receivedAt],
      ['Message-ID', messageId],
    ].map(([label = '', value = '']) => `<tr><th>${label}</th><td>${escaped(value)}</td></tr>`),
    `</table><h2>HTML</h2><iframe sandbox title="The e-mail as HTML" src="/mails/${id}/html"></iframe>`,
    `<h2>Text</h2><pre>${escaped(text)}</pre>`,
  );
