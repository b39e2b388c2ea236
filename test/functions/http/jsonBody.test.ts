import { HttpRequest } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../../functions/http/jsonBody.ts';

const received = (headers: Readonly<Record<string, string>>, body: string | Uint8Array = '{}') =>
  readJson(
    new HttpRequest({
      method: 'POST',
      url: 'http://localhost/api/customers',
      headers,
      body: { bytes: Buffer.from(body) },
    }),
  );
const refused = (headers: Readonly<Record<string, string>> = {}) => ({
  refusal: expect.objectContaining({ status: 415, headers: expect.objectContaining(headers) as object }) as object,
});

describe('a body of JSON', () => {
  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json;',
    'application/json ; ',
    'application/json; charset=utf-8;',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    'application/json; charset=utf8',
    'application/json; version=1',
    'application/json; version="1;2"; charset=utf-8',
    'application/json;;',
  ])('is taken with this content type: %s', async (type) =>
    expect(await received({ 'content-type': type })).toMatchObject({ json: {} }),
  );

  it.each([
    '',
    'application',
    'application/',
    'application/jsonx',
    'application/json, text/plain',
    'application/problem+json',
    'application/json charset=utf-8',
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'application/json; charset=""',
    'text/plain',
    'text/json; charset=utf-8',
    'multipart/form-data; boundary=x',
  ])('is 415 with this one: %j', async (type) => {
    expect(await received({ 'content-type': type })).toEqual(refused());
    expect(await received({})).toEqual(refused());
  });

  const json = { 'content-type': 'application/json' };

  it.each(['gzip', 'br', 'deflate', 'zstd', 'x-gzip', 'GZIP', 'identity, gzip', 'gzip, identity', 'aes128gcm'])(
    'is 415 where it is encoded, with the encoding that is taken: %s',
    async (encoding) =>
      expect(await received({ ...json, 'content-encoding': encoding })).toEqual(
        refused({ 'accept-encoding': 'identity' }),
      ),
  );

  it.each([
    [{ 'content-type': 'text/plain' }, 415],
    [{ ...json, 'content-encoding': 'gzip' }, 415],
    [{ ...json, 'content-length': '65537' }, 413],
  ])('is not touched where its headers are enough to refuse it: %j', async (headers, status) => {
    const untouchable = { headers: new Headers(headers), arrayBuffer: () => expect.unreachable() };
    expect(await readJson(untouchable as never)).toMatchObject({ refusal: { status } });
  });

  it.each(['identity', 'Identity', 'identity, identity', ''])('is taken with the encoding %j', async (encoding) =>
    expect(await received({ ...json, 'content-encoding': encoding })).toMatchObject({ json: {} }),
  );
});
