import { registerHooks } from 'node:module';

/** The app as the next release would have it: all of it as it is, but that it has raised the version of `accounts`. */
registerHooks({
  resolve(specifier, context, next) {
    const isWanted = specifier.endsWith('/accounts.ts') && !context.parentURL?.endsWith('/raisedAccounts.ts');
    const found = next(specifier, context);
    return isWanted && found.url.endsWith('/projections/accounts.ts')
      ? next(new URL('./raisedAccounts.ts', import.meta.url).href, context)
      : found;
  },
});

await import('../../functions/main.ts');
