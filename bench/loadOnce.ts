import Module, { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The cost of loading an app. `files` is 0 unless they are counted, which takes time itself. */
export type Load = { readonly ms: number; readonly mib: number; readonly files: number };

// Provides the core in the way in which Azure's worker does.
const nothing = { dispose: () => undefined };
const core = {
  setProgrammingModel: () => undefined,
  registerFunction: () => nothing,
  registerHook: () => nothing,
  log: () => undefined,
};
const modules = Module.prototype as { require: (id: string) => unknown };
const { require } = modules;
modules.require = function (id) {
  return id === '@azure/functions-core' ? core : require.call(this, id);
};

const [counts, ...entries] = process.argv.slice(2);
let files = 0;
if (counts === 'count') {
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) files += 1;
      return next(url, context);
    },
  });
}
const before = process.memoryUsage().rss;
const begun = performance.now();
for (const entry of entries) await import(pathToFileURL(resolve(entry)).href);
const ms = performance.now() - begun;
const mib = (process.memoryUsage().rss - before) / 2 ** 20;
process.send?.({ ms, mib, files } satisfies Load);
process.disconnect();
process.exit();
