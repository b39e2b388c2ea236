import type { ComponentChildren } from 'preact';
import { knownPaths, linkTo, match } from '../app/router.ts';

type PlaceLinkProps = { readonly path: string; readonly children: ComponentChildren };

/** A link to a page that not every console has; without it, what the link says. */
export const PlaceLink = ({ path, children }: PlaceLinkProps) =>
  knownPaths.value.some((pattern) => match(pattern, path)) ? <a href={linkTo(path)}>{children}</a> : <>{children}</>;
