import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export type PageFile = { readonly name: string; readonly content: Uint8Array };

/** Bundles what the pages load: for each of them a script and a style, named after the page and a hash of their content. */
export const bundlePages = async (): Promise<readonly PageFile[]> => {
  const root = new URL('..', import.meta.url);
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(root),
    entryPoints: { apiDocs: 'console/apiDocs.ts', console: 'console/main.tsx' },
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    splitting: true,
    outdir: 'pages',
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'eof',
    logLevel: 'warning',
  });
  return outputFiles.map(({ path, contents }) => ({ name: basename(path), content: contents }));
};
