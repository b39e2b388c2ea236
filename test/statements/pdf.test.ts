import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writePdf } from '../../statements/pdf.ts';
import { allTypes, lineOf, pagesOf, statementOf } from '../support/statement.ts';
import type { Lines, Statement } from '../../statements/statement.ts';

const written = async (statement: Partial<Statement>, lines: Lines): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writePdf(statementOf(statement), lines)) chunks.push(chunk);
  return Buffer.concat(chunks);
};
const pagesIn = (file: Buffer): number => Number(/\/Type \/Pages\s+\/Count (\d+)/.exec(file.toString('latin1'))?.[1]);

describe('a statement as PDF', () => {
  it('has a page where there is no line, and more where there are many', async () => {
    expect(pagesIn(await written({}, pagesOf()))).toBe(1);
    const many = Array.from({ length: 400 }, (_, index) => lineOf({ version: index + 2, reference: 'Rent' }));
    expect(pagesIn(await written({}, pagesOf(many)))).toBeGreaterThan(9);
  });

  it('is the same file each time', async () => {
    expect(await written({}, pagesOf(allTypes))).toEqual(await written({}, pagesOf(allTypes)));
  });

  it('has its font embedded, with the glyphs that it needs', async () => {
    const text = (await written({ owner: 'Ωμέγα Иванова' }, pagesOf(allTypes))).toString('latin1');
    expect(text).toMatch(/\/FontFile2 \d+ 0 R/);
    expect(text).toMatch(/\/BaseFont \/[A-Z]{6}\+DejaVuSans/);
  });

  it.each(['日本語', 'مرحبا بالعالم', 'שלום 12', '🏠', 'x'.repeat(140), 'ﷺ'.repeat(140), '1 '.repeat(70)])(
    'takes any text: %s',
    async (text) => {
      const file = await written({ owner: text }, pagesOf([lineOf({ reference: text })]));
      expect(file.subarray(0, 5).toString()).toBe('%PDF-');
    },
  );

  it('is compressed', async () => {
    const file = (await written({}, pagesOf(allTypes))).toString('latin1');
    const stream = /\/FlateDecode\s*>>\s*stream\r?\n([\s\S]*?)\r?\nendstream/.exec(file)?.[1] ?? '';
    expect(inflateSync(Buffer.from(stream, 'latin1')).length).toBeGreaterThan(0);
  });
});
