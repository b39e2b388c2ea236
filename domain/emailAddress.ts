import { z } from 'zod';

/** As written by its owner, trimmed; at most 254 characters, the longest that mail can carry. */
export const emailAddress = z
  .string()
  .trim()
  .max(254, { error: 'has more than 254 characters' })
  .regex(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, { error: 'is not an e-mail address' })
  .refine((text) => text.isWellFormed(), { error: 'is not well-formed Unicode' });

/**
 * What two addresses share if they are the same: case and Unicode composition do not tell people apart. Composed last, since
 * a capital may be two characters where the small letter is one.
 */
export const normalizeEmailAddress = (address: string): string => address.trim().toLowerCase().normalize('NFC');
