import { toASCII } from 'tr46';
import { z } from 'zod';
import { controls, foldCase, unseen } from './text.ts';

/**
 * Parts between dots (RFC 5321 without its quotes, RFC 6531), and no character that cannot be seen. Characters that Unicode does
 * not know yet are refused, too: nobody can tell which others they will be equal to.
 */
const localPart = (() => {
  const part = String.raw`[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}()<>\[\]:;@\\,."]+`;
  return new RegExp(`^${part}(?:\\.${part})*$`, 'u');
})();
const invisible = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/** The same in a form that every engine takes; never stricter than the rule, which also knows what folds to what. */
const pattern = (() => {
  const part = String.raw`[^\s${controls}${unseen}()<>\[\]:;@\\,."]+`;
  const label = String.raw`[^\s${controls}${unseen}\x21-\x2c./\x3a-\x40\x5b-\x60\x7b-\x7e。．｡]+`;
  return String.raw`^\s*${part}(?:\.${part})*@${label}(?:[.。．｡]${label})+[.。．｡]?\s*$`;
})();

/** An address as its owner writes it, trimmed; at most 254 characters, which is the longest that mail can carry. */
export const emailAddress = z
  .string()
  .trim()
  .max(254, { error: 'has more than 254 characters', abort: true })
  .refine((text) => isEmailAddress(text), { error: 'is not an e-mail address' })
  .meta({ format: 'idn-email', pattern });

const isEmailAddress = (text: string): boolean => {
  const { local, domain } = partsOf(text);
  return !invisible.test(text) && localPart.test(foldCase(local)) && asciiOf(domain) !== null;
};

/**
 * The form in which two addresses of one owner are equal: neither case, width and Unicode composition tell people apart, nor a dot
 * at the end of the domain, nor whether the domain is in Unicode or in punycode. Takes any text, since searches do.
 */
export const normalizeEmailAddress = (address: string): string => {
  const { local, domain } = partsOf(address.trim());
  return domain === undefined ? foldCase(local) : `${foldCase(local)}@${asciiOf(domain) ?? foldCase(domain)}`;
};

const partsOf = (text: string): { readonly local: string; readonly domain?: string } => {
  const at = text.lastIndexOf('@');
  return at < 0 ? { local: text } : { local: text.slice(0, at), domain: text.slice(at + 1) };
};

/** The domain as the DNS has it (UTS 46); null where there can be none: one has two labels, and the last is not a number. */
const asciiOf = (domain: string | undefined): string | null => {
  if (!domain?.isWellFormed()) return null;
  const ascii = toASCII(domain.replace(/[.。．｡]$/u, ''), {
    checkBidi: true,
    checkHyphens: true,
    checkJoiners: true,
    useSTD3ASCIIRules: true,
    verifyDNSLength: true,
  });
  return ascii !== null && /\.(?!\d+$)[^.]+$/.test(ascii) ? ascii : null;
};
