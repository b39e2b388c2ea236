import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export type PageFile = { readonly name: string; readonly content: Uint8Array };

const ofBank = { apiDocs: 'console/apiDocs.ts', console: 'console/main.tsx' };

/** Bundles what pages load: for each of them a script and a style, named after the page and a hash of their content. */
export const bundlePages = async (
  entryPoints: Readonly<Record<string, string>> = ofBank,
): Promise<readonly PageFile[]> => {
  const root = new URL('..', import.meta.url);
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(root),
    entryPoints,
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
