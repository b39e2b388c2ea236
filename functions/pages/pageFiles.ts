import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

const zip = promisify(gzip);

type PageFile = { readonly name: string; readonly plain: Uint8Array; readonly gzipped: () => Promise<Uint8Array> };

let read: Promise<readonly PageFile[]> | undefined;

/** What pages load: their names begin with the page's, and change with their content. */
export const pageFiles = (): Promise<readonly PageFile[]> => {
  read ??= readPageFiles();
  // The next request tries again.
  read.catch(() => (read = undefined));
  return read;
};

const readPageFiles = async (): Promise<readonly PageFile[]> => {
  // In the bundle this is `deployment/builtPages.ts`.
  const { bundlePages } = await import('../../deployment/pages.ts');
  return (await bundlePages()).map(({ name, content }) => {
    let gzipped: Promise<Uint8Array> | undefined;
    return { name, plain: content, gzipped: () => (gzipped ??= zip(content, { level: constants.Z_BEST_COMPRESSION })) };
  });
};
