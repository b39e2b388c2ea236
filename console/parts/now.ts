import { signal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const time = signal(Date.now());
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** The time, which moves on every second while somebody sees the page. */
export const useNow = (): ReadonlySignal<number> => {
  useEffect(() => {
    watchers += 1;
    timer ??= setInterval(() => {
      if (!document.hidden) time.value = Date.now();
    }, 1_000);
    return () => {
      watchers -= 1;
      if (watchers > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, []);
  return time;
};
