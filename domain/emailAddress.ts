import { z } from 'zod';

/** An address as its owner writes it, trimmed; at most 254 characters, which is the longest that mail can carry. */
export const emailAddress = z
  .string()
  .trim()
  .max(254, { error: 'has more than 254 characters' })
  .regex(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, { error: 'is not an e-mail address' })
  .refine((text) => text.isWellFormed(), { error: 'is not well-formed Unicode' });

/**
 * The form in which two addresses of one owner are equal: case and Unicode composition do not tell people apart. It composes last,
 * since a capital may be two characters where the small letter is one.
 */
export const normalizeEmailAddress = (address: string): string => address.trim().toLowerCase().normalize('NFC');
