import type { ComponentChildren } from 'preact';

type FigureProps = { readonly title: string; readonly class?: string; readonly children: ComponentChildren };

/** A number that matters and what it counts, in a list of such. */
export const Figure = ({ title, children, ...rest }: FigureProps) => (
  <div {...rest}>
    <dt>{title}</dt>
    <dd>{children}</dd>
  </div>
);
