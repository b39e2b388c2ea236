import { registerHooks } from 'node:module';

/** The app as it is, with the coffee machine in its registry. */
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const isWanted =
      found.url.endsWith('/subscribers/registry.ts') && !context.parentURL?.endsWith('/coffeeRegistry.ts');
    return isWanted ? next(new URL('./coffeeRegistry.ts', import.meta.url).href, context) : found;
  },
});

await import('../../functions/main.ts');
