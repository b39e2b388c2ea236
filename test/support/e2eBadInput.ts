import { afterAll, beforeAll, expect } from 'vitest';
import { appOfThisFile, type App } from './e2eApp.ts';
import { bodyOf, newAccount, newCustomer, type Reply } from './e2eBank.ts';
import { expectProblem } from './e2eProblem.ts';

export type Body = NonNullable<RequestInit['body']>;
export const json = { 'content-type': 'application/json' };
export const longText = 'x'.repeat(10 * 1024);

/** Values for `it.each`, each with how it looks, cut short. */
export const shown = <Value>(...values: readonly Value[]): [string, Value][] =>
  values.map((value) => {
    const text = JSON.stringify(value);
    return [text.length > 80 ? `${text.slice(0, 60)}… (${text.length})` : text, value];
  });

type Sent = { readonly reply: Reply; readonly path: string };

/** How many commits and e-mail addresses there are. */
const recorded = async ({ database }: Pick<App, 'database'>): Promise<number[]> => {
  const count = async (container: string) => {
    const query = database.container(container).items.query<number>('SELECT VALUE COUNT(1) FROM c');
    return (await query.fetchAll()).resources[0] ?? NaN;
  };
  return [await count('events'), await count('customer-emails')];
};

/**
 * An app for a file of requests that change nothing, which is checked in the end. Has an account at version 3, and another customer.
 */
export const appForBadInput = () => {
  const app = appOfThisFile();
  const real = { account: '', customer: '', otherCustomer: '' };
  let before: number[] = [];
  beforeAll(async () => {
    const { id, customerId } = await newAccount(app.bank, '100');
    bodyOf(await app.bank.deposit(id, '1'));
    Object.assign(real, { account: id, customer: customerId, otherCustomer: await newCustomer(app.bank) });
    before = await recorded(app);
  });
  afterAll(async () => {
    expect(await recorded(app)).toEqual(before);
    expect(
      app
        .log()
        .split('\n')
        .filter((line) => / 500 \d+ ms/.test(line)),
    ).toEqual([]);
  });

  /** To a path below /api; {account} and {customer} stand for the real ones. */
  const send = async (path: string, init: RequestInit = {}): Promise<Sent> => {
    const full = `/api${path.replace('{account}', real.account).replace('{customer}', real.customer)}`;
    return { reply: await app.bank.request(full, init), path: full.replace(/\?.*$/s, '') };
  };
  const post = (path: string, body: Body, headers: Record<string, string> = json) =>
    send(path, { method: 'POST', body, headers });
  return { app, real, send, post };
};

/** Asserts that the answer names exactly these places, all at once. */
export const expectBadRequest = ({ reply, path }: Sent, ...pointers: string[]): void => {
  const { errors } = expectProblem(reply, 400, 'InvalidRequest', path);
  expect(errors?.map(({ pointer }) => pointer).sort()).toEqual(pointers.sort());
  for (const { message } of errors ?? []) expect(message).toMatch(/\S/);
};

export const expectProblemAt = ({ reply, path }: Sent, status: number, code: string): void => {
  expectProblem(reply, status, code, path);
};
