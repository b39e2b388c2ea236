import { readFileSync } from 'node:fs';

const intervalMs = 250;
const shells = new Set(['sh', 'dash', 'bash', 'ash', 'zsh', 'busybox']);

/** Name and parent of a process, where the system has /proc. */
const readProcess = (pid: number): { name: string; parent: number } | undefined => {
  try {
    const [, name = '', parent = ''] = /^\d+ \((.*)\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { name, parent: Number(parent) };
  } catch {
    // The process is gone, or this system has no /proc: either way there is nothing to say about it.
    return undefined;
  }
};

/**
 * Calls back once when the program that started this one is gone, so that nothing is left behind when it is killed.
 * npm often starts a script through a shell that stays in between: then it is the shell's parent that counts, too.
 */
export const watchParent = (onGone: () => void): void => {
  const parent = process.ppid;
  const behindShell = (): number | undefined => {
    const found = readProcess(parent);
    return process.env.npm_lifecycle_event !== undefined && found && shells.has(found.name) ? found.parent : undefined;
  };
  const grandparent = behindShell();
  const timer = setInterval(() => {
    if (process.ppid === parent && (grandparent === undefined || behindShell() === grandparent)) return;
    clearInterval(timer);
    onGone();
  }, intervalMs);
  timer.unref();
};
