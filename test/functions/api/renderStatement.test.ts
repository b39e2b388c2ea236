import { expect, it } from 'vitest';
import { createTurns } from '../../../application/turns.ts';
import { renderStatement } from '../../../functions/api/renderStatement.ts';
import type { Lines } from '../../../statements/statement.ts';
import { lineOf, pagesOf, statementOf } from '../../support/statement.ts';

const services = () => ({ takeRenderingTurn: createTurns(2) });
const long = statementOf({ lines: 1_001 });

/** Lines that come once a test lets them; counts those who have begun to read, and those who have ended. */
const lineGate = () => {
  const { promise, resolve: open } = Promise.withResolvers<undefined>();
  const count = { reading: 0, most: 0, begun: 0 };
  async function* lines(): Lines {
    count.begun += 1;
    count.reading += 1;
    count.most = Math.max(count.most, count.reading);
    await promise;
    yield [lineOf()];
    count.reading -= 1;
  }
  return { count, lines, open: () => open(undefined) };
};

it('two long statements are made at a time in an instance; the others wait in turn', async () => {
  const { count, lines, open } = lineGate();
  const own = services();
  const files = Promise.all([1, 2, 3, 4, 5].map(() => renderStatement(own, long, lines(), 'text/csv')));
  await expect.poll(() => count.begun).toBe(2);
  open();
  expect((await files).every((file) => typeof file === 'object')).toBe(true);
  expect(count).toEqual({ begun: 5, reading: 0, most: 2 });
});

it('short ones do not wait for long ones', async () => {
  const { lines, open } = lineGate();
  const own = services();
  const files = [1, 2].map(() => renderStatement(own, long, lines(), 'text/csv'));
  expect(typeof (await renderStatement(own, statementOf(), pagesOf([lineOf()]), 'text/csv'))).toBe('object');
  open();
  await Promise.all(files);
});

it.each(['text/csv', 'application/pdf'] as const)(
  'one whose time is up is given up, whether its turn has come or not, and makes room: %s',
  async (form) => {
    const own = services();
    let read = 0;
    async function* endless(): Lines {
      for (;;) {
        // As a query does, it lets others have their turn.
        await new Promise((resolve) => setTimeout(resolve, 5));
        read += 1;
        yield [lineOf()];
      }
    }
    const files = [1, 2, 3].map(() => renderStatement(own, long, endless(), form, 300));
    expect(await Promise.all(files)).toEqual(['tooLate', 'tooLate', 'tooLate']);
    const after = read;
    expect(typeof (await renderStatement(own, long, pagesOf([lineOf()]), form))).toBe('object');
    expect(read).toBe(after);
  },
);
