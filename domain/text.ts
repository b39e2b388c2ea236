import { z } from 'zod';

/** One line of text by people: trimmed, of any script, without control characters, counted in code points. */
export const line = (maximum: number) =>
  z
    .string()
    .trim()
    .min(1, { error: 'must not be empty' })
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), { error: 'has characters that are no text' })
    .refine((text) => Array.from(text.slice(0, 2 * maximum + 1)).length <= maximum, {
      error: `has more than ${maximum} characters`,
    })
    .meta({ minLength: 1, maxLength: maximum });
