import { readdir, readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second, whatever the kernel's own tick. */
const ticksPerSecond = 100;

type Usage = { readonly parent: number; readonly ticks: number };

/** Seconds of processor time that these processes and their descendants have taken, those that have ended included. */
export const processorSeconds = async (roots: readonly number[]): Promise<number> => {
  const usages = new Map<number, Usage>();
  for (const name of await readdir('/proc')) {
    const usage = /^\d+$/.test(name) ? await usageOf(name) : undefined;
    if (usage) usages.set(Number(name), usage);
  }
  const ticksOf = (pid: number): number => {
    const children = [...usages].filter(([, { parent }]) => parent === pid).map(([child]) => child);
    return children.reduce((sum, child) => sum + ticksOf(child), usages.get(pid)?.ticks ?? 0);
  };
  return roots.reduce((sum, root) => sum + ticksOf(root), 0) / ticksPerSecond;
};

/** Seconds of processor time that all programs of the machine have taken since it started. */
export const machineSeconds = async (): Promise<number> => {
  const [, user, nice, system, , , irq, softirq] = (await readFile('/proc/stat', 'utf8')).split(/\s+/).map(Number);
  return [user, nice, system, irq, softirq].reduce((sum: number, ticks) => sum + (ticks ?? 0), 0) / ticksPerSecond;
};

/** Undefined once the process is gone. */
const usageOf = async (pid: string): Promise<Usage | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [, parent] = fields;
  // Its own time, in user mode and in the kernel, and that of its children that have ended.
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return parent === undefined ? undefined : { parent: Number(parent), ticks };
};
