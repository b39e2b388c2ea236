import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

await rm('dist', { recursive: true, force: true });

/** The app for Azure: ESM in chunks, next to source maps. */
await build({
  entryPoints: ['functions/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  sourcemap: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // The host provides it at run time.
  external: ['@azure/functions-core'],
  // Packages in CommonJS ask for Node's own modules by `require`, which ESM does not have.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  logLevel: 'info',
});
