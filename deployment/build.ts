import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { fontFiles } from '../statements/fontFiles.ts';
import { bundlePages } from './pages.ts';

/** The API describes problems in English. The other fifty languages would be a fifth of the bundle. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup: (build) =>
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => ({
      contents: `export { default as en } from './en.js'`,
      resolveDir: path.replace(/index\.js$/, ''),
    })),
};

/** Packages that OpenTelemetry imports in case somebody configures them. Nothing here does. */
const unused =
  /^@opentelemetry\/(exporter-\w+-otlp-grpc|otlp-grpc-exporter-base|exporter-prometheus|exporter-zipkin|instrumentation-(bunyan|http|mongodb|mysql|pg|redis|winston))$/;
const leaveOutUnused: Plugin = {
  name: 'leave-out-unused',
  setup: (build) => {
    build.onResolve({ filter: unused }, ({ path }) => ({ path, namespace: 'unused' }));
    build.onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'module.exports = {}' }));
  },
};

/** The sources read fonts from their packages, which the bundle does not have. Each becomes a chunk of its own. */
const embedFonts: Plugin = {
  name: 'embed-fonts',
  setup: (build) =>
    build.onLoad({ filter: /[\\/]statements[\\/]readFont\.ts$/ }, ({ path }) => {
      const imports = Object.entries(fontFiles).map(
        ([name, file]) => `${name}: () => import(${JSON.stringify(resolve('node_modules', file))})`,
      );
      return {
        contents: `const fonts = { ${imports.join(', ')} };
          export const readFont = async (name) => (await fonts[name]()).default;`,
        resolveDir: dirname(path),
      };
    }),
};

/** The bundle reads the files of the pages, which the sources bundle themselves. */
const readPages: Plugin = {
  name: 'read-pages',
  setup: (build) =>
    build.onResolve({ filter: /[\\/]deployment[\\/]pages\.ts$/ }, () => ({
      path: resolve('deployment/builtPages.ts'),
    })),
};

await rm('dist', { recursive: true, force: true });

/** Bundles the app for Azure as ES modules in chunks, with source maps. */
await build({
  entryPoints: ['functions/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  sourcemap: true,
  legalComments: 'none',
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // Prefers the ES modules of packages, since esbuild drops their unused parts.
  mainFields: ['module', 'main'],
  // Has its WebAssembly in its source, where the other form reads a file that the bundle does not have.
  alias: { '@platformatic/wasm-utils': '@platformatic/wasm-utils/bundled' },
  plugins: [englishOnly, leaveOutUnused, embedFonts, readPages],
  loader: { '.ttf': 'binary', '.otf': 'binary' },
  // The Functions host provides it at run time.
  external: ['@azure/functions-core'],
  // CommonJS packages use `__dirname`, `__filename` and `require`, which ES modules do not have.
  define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  logLevel: 'warning',
});

await mkdir('dist/pages');
for (const { name, content } of await bundlePages()) await writeFile(join('dist/pages', name), content);
