import { readFileSync } from 'node:fs';

const intervalMs = 250;
const shells = new Set(['sh', 'dash', 'bash', 'ash', 'zsh', 'busybox']);

/** Reads the name and parent of a process, if the system has /proc. */
const readProcess = (pid: number): { name: string; parent: number } | undefined => {
  try {
    const [, name = '', parent = ''] = /^\d+ \((.*)\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { name, parent: Number(parent) };
  } catch {
    // The process has ended, or this system has no /proc.
    return undefined;
  }
};

/**
 * Calls back once when the program that started this one has ended, so that a killed parent leaves nothing running.
 * npm often starts a script through a shell that stays in between. Then this watches the parent of the shell, too.
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
