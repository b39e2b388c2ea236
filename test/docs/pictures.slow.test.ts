import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { pictureName, pictureSize, schemes, takePictures } from '../../docs/pictures/takePictures.ts';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { describeInChromium } from '../support/chromium.ts';

const most = 150_000;

/** A PNG's width and height stand in its first chunk. */
const sizeOf = (png: Buffer) => ({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) });

const expectPicture = async (path: string) => {
  const png = await readFile(path);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(sizeOf(png)).toEqual(pictureSize);
  // One without content would be much smaller.
  expect(png.length).toBeGreaterThan(20_000);
  expect(png.length).toBeLessThan(most);
};

it('the README shows a picture of the console for each scheme of colours', async () => {
  const readme = await readFile('README.md', 'utf8');
  for (const scheme of schemes) {
    expect(readme).toContain(`docs/pictures/${pictureName(scheme)}`);
    await expectPicture(`docs/pictures/${pictureName(scheme)}`);
  }
});

describeInChromium('npm run pictures', () => {
  it('takes both pictures from the demo', async () => {
    const [data, folder] = [await temporaryFolder(), await temporaryFolder()];
    const files = await takePictures({ data, folder });
    expect(files.length).toBe(schemes.length);
    for (const file of files) await expectPicture(file);
  }, 180_000);
});
