import type { ComponentType } from 'preact';
import type { Role } from './door.ts';

export type PageProps = {
  /** Of the path, such as `id` of `/accounts/:id`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
};

/** A page of the console: one file in `pages/`, and a line in `app/pages.ts`. */
export type ConsolePage = {
  /** Such as `/accounts/:id`. */
  readonly path: string;
  /** In the browser's title, and in the menu where it is in that. */
  readonly title: string;
  /** In which part of the menu: what the bank does, or how it runs. */
  readonly inMenu?: 'bank' | 'operations';
  /** Who may see it: one of these roles is enough. */
  readonly roles: readonly Role[];
  /** Whether this console has it; undefined until that is known. Without this, it has. */
  readonly isThere?: () => boolean | undefined;
  readonly Page: ComponentType<PageProps>;
};
