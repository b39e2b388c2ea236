import { expect } from 'vitest';
import type { Reply } from './e2eBank.ts';

export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
};

/** Stacks, files, packages, and the words of the services that the app uses, beside their names. */
const internals =
  /node_modules|node:|\.[jt]s\b|\bat \S+ \(|\bzod\b|cosmos|sqlite|\bSELECT\b|servicebus|amqp|Error:|127\.0\.0\.1/i;

/** All that callers are told of a service: which one is away. */
const unavailable = /(Cosmos DB|Service Bus) is unavailable/;

/** Asserts that a reply is a whole problem document of RFC 9457 that gives nothing internal away. */
export const expectProblem = (reply: Reply, status: number, code: string, path?: string): Problem => {
  expect({ status: reply.status, type: reply.headers.get('content-type'), text: reply.text }).toEqual({
    status,
    type: 'application/problem+json',
    text: expect.stringMatching(/^\{/) as string,
  });
  const problem = reply.body as Problem;
  expect(problem).toMatchObject({
    type: expect.stringMatching(/^[a-z][a-z0-9+.-]*:\S+$/i) as string,
    title: expect.stringMatching(/\S/) as string,
    status,
    detail: expect.stringMatching(/\S/) as string,
    instance: path ?? (expect.stringMatching(/^\/api\b/) as string),
    code,
  });
  expect(problem.detail.toLowerCase()).not.toContain(problem.title.toLowerCase());
  expect(reply.text.replace(unavailable, '')).not.toMatch(internals);
  expect(reply.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
  return problem;
};
