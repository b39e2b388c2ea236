import { MIMEType } from 'node:util';
import type { HttpRequest } from '@azure/functions';
import type { Answer } from './answer.ts';
import { maximumProblems, problem } from './problem.ts';
import { repeatedMembers } from './repeatedMembers.ts';

const maximumBodyBytes = 64 * 1024;

/**
 * Reads a body of JSON in UTF-8, and points to the members that come twice. It refuses other media types and encodings, and long
 * bodies, before it reads them.
 */
export const readJson = async (
  request: HttpRequest,
  mayBeMissing = false,
): Promise<{ json: unknown; repeated: readonly string[] } | { malformed: string } | { refusal: Answer }> => {
  const { headers } = request;
  // No form sends a request without a type: one with an empty body has the type of forms.
  const mayBeUntyped = mayBeMissing && !headers.has('content-type');
  if (!mayBeUntyped && !isJson(headers.get('content-type') ?? '')) return { refusal: problem('UnsupportedMediaType') };
  if (!isPlain(headers.get('content-encoding') ?? 'identity')) return { refusal: refusedEncoding };
  if (Number(headers.get('content-length')) > maximumBodyBytes) return { refusal: problem('BodyTooLarge') };
  const bytes = await request.arrayBuffer();
  if (mayBeMissing && bytes.byteLength === 0) return { json: {}, repeated: [] };
  if (mayBeUntyped) return { refusal: problem('UnsupportedMediaType') };
  if (bytes.byteLength > maximumBodyBytes) return { refusal: problem('BodyTooLarge') };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { json: JSON.parse(text), repeated: repeatedMembers(text, maximumProblems) };
  } catch {
    return { malformed: 'is not JSON in UTF-8' };
  }
};

/** RFC 8259: JSON is UTF-8, and its media type has no parameters. Clients send `charset` all the same, and others mean nothing. */
const isJson = (contentType: string): boolean => {
  try {
    const { essence, params } = new MIMEType(contentType);
    return essence === 'application/json' && /^utf-?8$/i.test(params.get('charset') ?? 'utf-8');
  } catch {
    return false;
  }
};

/** The encodings are a list (RFC 9110). */
const isPlain = (contentEncoding: string): boolean =>
  contentEncoding.split(',').every((encoding) => /^(identity)?$/i.test(encoding.trim()));

const refusedEncoding = problem('UnsupportedMediaType', {
  detail: 'The body must not be encoded.',
  headers: { 'accept-encoding': 'identity' },
});
