import { describe, expect, it } from 'vitest';
import { preferred } from '../../../functions/http/accept.ts';

const types = ['application/json', 'text/csv', 'application/pdf', 'application/xml'] as const;

describe('the media type of an answer', () => {
  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/csv', 'text/csv'],
    ['TEXT/CSV', 'text/csv'],
    ['text/*', 'text/csv'],
    ['application/*', 'application/json'],
    ['application/*, application/json;q=0', 'application/pdf'],
    ['text/html, application/xml;q=0.9, */*;q=0.8', 'application/xml'],
    ['application/pdf; q=0.5 , text/csv; header=present; q=0.7', 'text/csv'],
    ['application/json;q=0.1, application/pdf;q=0.2', 'application/pdf'],
    ['text/csv;charset="utf-8"', 'text/csv'],
    ['rubbish, application/pdf', 'application/pdf'],
  ])('is what Accept likes best: %s', (accept, expected) => expect(preferred(accept, types)).toBe(expected));

  it.each([
    'image/png',
    'application/json;q=0',
    '*/*;q=0',
    'rubbish',
    'text',
    'application',
    '/',
    ',',
    'text/csv;q=0.0',
  ])('is none where Accept takes none: %s', (accept) => expect(preferred(accept, types)).toBeUndefined());
});
