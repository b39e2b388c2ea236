import type { ComponentChildren } from 'preact';

type CommandButtonProps = {
  readonly run: () => void;
  readonly isBusy: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
};

/** A button that commands at once, without a form. The second click of a double click is no second command. */
export const CommandButton = ({ run, isBusy, children, ...rest }: CommandButtonProps) => (
  <button type="button" disabled={isBusy} onClick={({ detail }) => detail < 2 && run()} {...rest}>
    {children}
  </button>
);
