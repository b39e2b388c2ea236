import { describe, expect, it } from 'vitest';
import { refuseForm } from '../../../functions/http/formRefusal.ts';

const bare = { method: 'POST' } as const;
const refusalOf = (headers: Record<string, string>, endpoint: Parameters<typeof refuseForm>[1] = bare) =>
  refuseForm({ headers: new Headers(headers) }, endpoint)?.status;

describe('a POST without a body', () => {
  it.each([
    {},
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'multipart/form-data; boundary=b' },
    { 'content-type': 'text/plain; a=application/json' },
    { 'content-type': 'application/jsonp' },
  ])('is refused with %j, since a form could have sent it', (headers) => expect(refusalOf(headers)).toBe(415));

  it.each([
    { 'content-type': 'application/json' },
    { 'content-type': 'Application/JSON; charset=utf-8' },
    { authorization: 'Bearer x' },
    { 'x-functions-key': 'k' },
  ])('is taken with %j', (headers) => expect(refusalOf(headers)).toBeUndefined());
});

it('is all that this is about', () => {
  expect(refusalOf({}, { method: 'GET' })).toBeUndefined();
  expect(refusalOf({}, { method: 'PUT' })).toBeUndefined();
  expect(refusalOf({}, { method: 'DELETE' })).toBeUndefined();
});
