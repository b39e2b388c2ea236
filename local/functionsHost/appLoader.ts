import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Core } from './core.ts';

const coreId = '@azure/functions-core';
const coreUrl = 'functions-host:core';
const handover = Symbol.for('functionsHost.core');

/**
 * Makes `@azure/functions-core` resolve to this core in the whole thread, for `require` and `import` alike.
 * The library looks for it once and remembers what it found, so this comes before the app and holds one app per process.
 */
const provideCore = (core: Core): void => {
  Object.defineProperty(globalThis, handover, { value: core.module });
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === coreId ? { url: coreUrl, format: 'commonjs', shortCircuit: true } : next(specifier, context),
    load: (url, context, next) =>
      url === coreUrl
        ? {
            format: 'commonjs',
            source: `module.exports = globalThis[Symbol.for('functionsHost.core')]`,
            shortCircuit: true,
          }
        : next(url, context),
  });
};

/** Runs the app's entry (a path to a source or a bundle), which registers its functions with the core. Throws what it throws. */
export const loadApp = async (core: Core, entry: string): Promise<void> => {
  provideCore(core);
  await import(pathToFileURL(resolve(entry)).href);
};
