import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Core } from './core.ts';

const coreId = '@azure/functions-core';
const coreUrl = 'functions-host:core';
const handover = Symbol.for('functionsHost.core');

/**
 * Makes `@azure/functions-core` resolve to this core in the whole thread, for `require` and `import` alike.
 * The library looks the core up once and remembers it, so this must run before the app is loaded, and a process can hold only one app.
 */
const provideCore = (core: Core, onLoad: (file: string) => void): void => {
  Object.defineProperty(globalThis, handover, { value: core.module });
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === coreId ? { url: coreUrl, format: 'commonjs', shortCircuit: true } : next(specifier, context),
    load: (url, context, next) => {
      if (url !== coreUrl) {
        if (url.startsWith('file:') && !url.includes('/node_modules/')) onLoad(fileURLToPath(url));
        return next(url, context);
      }
      return {
        format: 'commonjs',
        source: `module.exports = globalThis[Symbol.for('functionsHost.core')]`,
        shortCircuit: true,
      };
    },
  });
};

/**
 * Runs the app's entry (a path to a source or a bundle), which registers its functions with the core. Throws what the entry throws.
 * Calls `onLoad` with each source of the app before that source runs.
 */
export const loadApp = async (core: Core, entry: string, onLoad: (file: string) => void): Promise<void> => {
  provideCore(core, onLoad);
  await import(pathToFileURL(resolve(entry)).href);
};
