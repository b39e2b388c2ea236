import { rm } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';

/** Problems are told in English; the other fifty languages would be a fifth of the bundle. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup: (build) =>
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => ({
      contents: `export { default as en } from './en.js'`,
      resolveDir: path.replace(/index\.js$/, ''),
    })),
};

/** What the packages of OpenTelemetry import in case that it is configured, and nothing here configures. */
const unused =
  /^@opentelemetry\/(exporter-\w+-otlp-grpc|otlp-grpc-exporter-base|exporter-prometheus|exporter-zipkin|instrumentation-(bunyan|http|mongodb|mysql|pg|redis|winston))$/;
const leaveOutUnused: Plugin = {
  name: 'leave-out-unused',
  setup: (build) => {
    build.onResolve({ filter: unused }, ({ path }) => ({ path, namespace: 'unused' }));
    build.onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'module.exports = {}' }));
  },
};

await rm('dist', { recursive: true, force: true });

/** The app for Azure: ESM in chunks, next to source maps. */
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
  // Of packages that have both, the ES modules: what is not used of them falls away.
  mainFields: ['module', 'main'],
  plugins: [englishOnly, leaveOutUnused],
  // The host provides it at run time.
  external: ['@azure/functions-core'],
  // Packages in CommonJS ask for where they are, and for Node's own modules by `require`: ESM has neither.
  define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  logLevel: 'warning',
});
