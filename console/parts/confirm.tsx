import type { ComponentChildren } from 'preact';
import type { Command } from '../api/command.ts';
import { Dialog } from './dialog.tsx';
import { Form } from './form.tsx';
import { FailureNotice } from './notice.tsx';

type ConfirmProps<Done> = {
  readonly title: string;
  /** What it does, and to how much. */
  readonly children: ComponentChildren;
  readonly action: string;
  /** While what it would do is not known. */
  readonly isWaiting?: boolean;
  readonly isDanger?: boolean;
  readonly command: Command<void, Done>;
  readonly close: (done?: Done) => void;
};

/** Asks before something is done that cannot be taken back, or is much. */
export const Confirm = <Done,>({
  title,
  children,
  action,
  isWaiting = false,
  isDanger = false,
  command,
  close,
}: ConfirmProps<Done>) => {
  const { failure, isBusy } = command.state.value;
  const submit = async () => {
    const done = await command.run();
    if (done !== undefined) close(done);
  };
  return (
    <Dialog title={title} close={() => close()}>
      <div class="stack">{children}</div>
      <Form action={action} isBusy={isBusy || isWaiting} isDanger={isDanger} submit={() => void submit()}>
        {failure && <FailureNotice of={failure} />}
      </Form>
    </Dialog>
  );
};
