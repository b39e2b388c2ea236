import { createRequire } from 'node:module';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fontOf } from '../../statements/fontOf.ts';
import { readFont } from '../../statements/readFont.ts';
import { writePdf } from '../../statements/pdf.ts';
import { allTypes, lineOf, pagesOf, statementOf } from '../support/statement.ts';
import type { Lines, Statement } from '../../statements/statement.ts';

/** By which PDFKit reads fonts; it has no types. */
const { create } = createRequire(import.meta.url)('fontkit') as {
  readonly create: (file: Uint8Array) => {
    readonly postscriptName: string;
    glyphsForString(text: string): readonly { readonly id: number }[];
  };
};

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

  /** The glyphs that a file shows, by their ids in its fonts: 0 stands for a character that the font does not have. */
  const names: Readonly<Record<string, string>> = {
    Latin: 'Ada Lovelace',
    'Chinese, simplified': '李小龙',
    'Chinese, traditional': '張學友 龘',
    Japanese: '山田 太郎 さくら カタカナ',
    Korean: '김철수 뷁',
    Hindi: 'रवि शर्मा',
    Bengali: 'রবীন্দ্রনাথ ঠাকুর',
    Punjabi: 'ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ',
    Gujarati: 'મોહનદાસ ગાંધી',
    Tamil: 'தமிழ்ச்செல்வி',
    Telugu: 'వేంకటేశ్వర రావు',
    Kannada: 'ಕುವೆಂಪು',
    Malayalam: 'മഞ്ജു വാര്യർ',
    Sinhala: 'ශ්‍රීමත් සිල්වා',
    Thai: 'สมชาย ใจดี',
    Greek: 'Ωμέγα Αθηνά',
    Cyrillic: 'Иванова Їжак',
    Arabic: 'مريم',
    Hebrew: 'שלום',
    Armenian: 'Արամ',
    Georgian: 'ნინო',
    'two scripts': '김철수 (Kim) 12',
  };

  it.each(Object.entries(names))('has a glyph for each character of a name: %s', async (_, name) => {
    const font = create(await readFont(fontOf(name)));
    const shown = font.glyphsForString(name);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter(({ id }) => id === 0)).toEqual([]);
    // Once as the owner, and once as a reference.
    const text = (await written({ owner: name }, pagesOf([lineOf({ reference: name })]))).toString('latin1');
    expect(text).toContain(`+${font.postscriptName}`);
    expect(text).toMatch(/\/FontFile[23] \d+ 0 R/);
  });

  it('loads no font that its texts do not need', async () => {
    const text = (await written({ owner: 'Ada' }, pagesOf(allTypes))).toString('latin1');
    expect(new Set(Array.from(text.matchAll(/\/BaseFont \/[A-Z]{6}\+([\w-]+)/g), ([, font]) => font))).toEqual(
      new Set(['DejaVuSans']),
    );
  });

  it.each([
    '日本語',
    '김철수 '.repeat(40),
    'रवि '.repeat(40),
    'مرحبا بالعالم',
    'שלום 12',
    '🏠',
    'x'.repeat(140),
    'ﷺ'.repeat(140),
    '1 '.repeat(70),
  ])('takes any text: %s', async (text) => {
    const file = await written({ owner: text }, pagesOf([lineOf({ reference: text })]));
    expect(file.subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('is compressed', async () => {
    const file = (await written({}, pagesOf(allTypes))).toString('latin1');
    const stream = /\/FlateDecode\s*>>\s*stream\r?\n([\s\S]*?)\r?\nendstream/.exec(file)?.[1] ?? '';
    expect(inflateSync(Buffer.from(stream, 'latin1')).length).toBeGreaterThan(0);
  });
});
