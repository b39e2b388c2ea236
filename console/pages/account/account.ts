import type { components } from '../../../client/api.ts';

export type Account = components['schemas']['Account'];

export type Hold = components['schemas']['Hold'];

/** Of a form of one action. */
export type ActionProps = { readonly account: Account; readonly close: () => void };
