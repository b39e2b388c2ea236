import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

const zip = promisify(gzip);

export type PageFile = {
  readonly name: string;
  readonly plain: Uint8Array;
  readonly gzipped: () => Promise<Uint8Array>;
};

/** What pages load: their names begin with the page's, and change with their content. */
export type PageFiles = () => Promise<readonly PageFile[]>;

type Bundle = () => Promise<readonly { readonly name: string; readonly content: Uint8Array }[]>;

/** The files of pages, bundled when somebody first asks for one. */
export const createPageFiles = (bundle: Bundle): PageFiles => {
  const readAll = async (): Promise<readonly PageFile[]> =>
    (await bundle()).map(({ name, content }) => {
      let gzipped: Promise<Uint8Array> | undefined;
      const level = constants.Z_BEST_COMPRESSION;
      return { name, plain: content, gzipped: () => (gzipped ??= zip(content, { level })) };
    });
  let read: Promise<readonly PageFile[]> | undefined;
  return () => {
    read ??= readAll();
    // The next request tries again.
    read.catch(() => (read = undefined));
    return read;
  };
};

/** Those of another context's page, whose script this is. */
export const filesOfPage = (name: string, script: string): PageFiles =>
  createPageFiles(async () => (await import('../../deployment/pages.ts')).bundlePages({ [name]: script }));

/** Those of the bank. In the bundle the import is `deployment/builtPages.ts`. */
export const pageFiles = createPageFiles(async () => (await import('../../deployment/pages.ts')).bundlePages());
