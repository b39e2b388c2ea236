import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { ZipFile } from 'yazl';

/** A fixed time, so that equal files make equal archives. */
const mtime = new Date(2000, 0, 1);

/** Writes a zip file with these contents, by their paths in it. */
export const pack = async (path: string, files: Readonly<Record<string, Buffer | string>>): Promise<void> => {
  const zip = new ZipFile();
  for (const name of Object.keys(files).sort()) zip.addBuffer(Buffer.from(files[name] ?? ''), name, { mtime });
  zip.end();
  await once(zip.outputStream.pipe(createWriteStream(path)), 'close');
};

/** Extracts a zip file that `pack` wrote into a folder. */
export const unpack = async (path: string, folder: string): Promise<void> => {
  const zip = await readFile(path);
  const end = zip.lastIndexOf('PK\x05\x06');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [size, nameLength] = [zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)];
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const target = join(folder, name);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, inflateRawSync(zip.subarray(start, start + size)));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
};
