import type { FromDemo } from '../local/launcher/routes/demo.ts';
import { fillDemo, type DemoOptions } from './fillDemo.ts';

const tell = (message: FromDemo): void => {
  if (process.connected) process.send?.(message);
};

/** Fills the services that the environment names, and tells the program that started this one how far it is, and how it ended. */
export const fillServices = async (options: Omit<DemoOptions, 'onProgress'> = {}): Promise<void> => {
  const { COSMOS = '', SERVICEBUS = '', CURSOR_KEY = '' } = process.env;
  // Without the program that started it, nobody knows that the app rests.
  process.once('disconnect', () => process.exit(1));
  try {
    const { isNew } = await fillDemo(
      { COSMOS, SERVICEBUS, CURSOR_KEY },
      { ...options, onProgress: ({ done, total }) => tell({ type: 'progress', done, total }) },
    );
    tell({ type: 'made', isNew });
  } catch (error) {
    tell({ type: 'failed', why: error instanceof Error ? error.message : String(error) });
  }
  process.disconnect();
};
