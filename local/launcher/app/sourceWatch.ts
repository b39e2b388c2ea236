import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Editors write a file in several steps, and people save several files. */
const settleMs = 100;

/** Watches files, and reports all that changed once nothing has changed for a moment. */
export type SourceWatch = {
  readonly add: (file: string) => void;
  readonly close: () => void;
};

export const createSourceWatch = (onChange: (files: readonly string[]) => void): SourceWatch => {
  const folders = new Map<string, { names: Set<string>; watcher: FSWatcher }>();
  const changed = new Set<string>();
  let quiet: NodeJS.Timeout | undefined;
  return {
    add: (file) => {
      const folder = dirname(file);
      const known = folders.get(folder);
      if (known) {
        known.names.add(basename(file));
        return;
      }
      const names = new Set([basename(file)]);
      // Watches the folder, since an editor may replace the file by another one.
      const watcher = watch(folder, (_event, name) => {
        if (name === null || !names.has(name)) return;
        changed.add(join(folder, name));
        clearTimeout(quiet);
        quiet = setTimeout(() => {
          onChange([...changed]);
          changed.clear();
        }, settleMs);
      });
      folders.set(folder, { names, watcher });
    },
    close: () => {
      clearTimeout(quiet);
      for (const { watcher } of folders.values()) watcher.close();
    },
  };
};
