import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { build, type Plugin } from 'esbuild';

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

/** The sources read the font from its package, which the bundle does not have. */
const embedFont: Plugin = {
  name: 'embed-font',
  setup: (build) =>
    build.onLoad({ filter: /[\\/]statements[\\/]pdfFont\.ts$/ }, ({ path }) => ({
      contents: `export { default as font } from 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf'`,
      resolveDir: dirname(path),
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
  plugins: [englishOnly, leaveOutUnused, embedFont],
  loader: { '.ttf': 'binary' },
  // The Functions host provides it at run time.
  external: ['@azure/functions-core'],
  // CommonJS packages use `__dirname`, `__filename` and `require`, which ES modules do not have.
  define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  logLevel: 'warning',
});
