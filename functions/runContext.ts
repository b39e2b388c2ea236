import { ofOneAggregate } from './compose/commands.ts';
import { openContext, serveContext } from './compose/context.ts';
import type { Context } from './context.ts';
import type { NamedEndpoint } from './http/endpoint.ts';
import { serve } from './serve.ts';
import type { ContextServices } from './services.ts';
import type { ContextSettings } from './settings/contextSettings.ts';

/** Runs the app of a context that composes nothing of its own: each command is for one aggregate alone. */
export const runContext = async (
  context: Context,
  settings: ContextSettings,
  endpoints: readonly NamedEndpoint<ContextServices>[],
): Promise<void> => {
  const parts = await openContext(context, settings, { now: () => Date.now() });
  serve(endpoints, serveContext(parts, { execute: ofOneAggregate(parts.options) }));
};
