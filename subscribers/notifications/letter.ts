import type { Letter } from '../../application/email/ports.ts';
import type { News } from './news.ts';
import { escapeHtml, oneLine } from './texts.ts';

type Person = { readonly firstName: string; readonly lastName: string; readonly email: string };

const footer =
  'You get this e-mail because you are told of what happens in your accounts. Your bank can change of what.';

/** The letter that tells a customer the news, as text and as HTML. */
export const letterTo = ({ firstName, lastName, email }: Person, { subject, sentence, facts }: News): Letter => {
  const name = oneLine(`${firstName} ${lastName}`);
  const greeting = `Hello ${name},`;
  const lines = facts.map(([label, value]) => [label, oneLine(value)] as const);
  return {
    to: { name, address: email },
    subject,
    text: [
      ...[greeting, '', sentence, ''],
      ...lines.map(([label, value]) => `${label}: ${value}`),
      ...['', footer, ''],
    ].join('\n'),
    html: [
      '<!doctype html>',
      `<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>`,
      '<body style="font-family: sans-serif; line-height: 1.5">',
      `<p>Hello ${isolated(name)},</p>`,
      `<p>${escapeHtml(sentence)}</p>`,
      '<table>',
      ...lines.map(
        ([label, value]) => `<tr><th align="left">${escapeHtml(label)}</th><td>${isolated(value)}</td></tr>`,
      ),
      '</table>',
      `<p style="color: #595959"><small>${escapeHtml(footer)}</small></p>`,
      '</body></html>',
    ].join('\n'),
  };
};

/** Its direction does not change that of the text around it. */
const isolated = (text: string): string => `<bdi>${escapeHtml(text)}</bdi>`;
