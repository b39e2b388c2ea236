import { useSignal, type ReadonlySignal, type Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { refine } from '../app/router.ts';

const restMs = 250;

/** A signal that follows another one once that has rested for a moment. */
export const useRested = <T>(of: ReadonlySignal<T>): Signal<T> => {
  const rested = useSignal(of.peek());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = of.subscribe((value) => {
      clearTimeout(timer);
      timer = setTimeout(() => (rested.value = value), restMs);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [of]);
  return rested;
};

/**
 * What somebody edits and the address has. The address follows it once it rests. It follows the address at once, as after a click on a link
 * or a step back, but not what the address has from here: somebody may have gone on typing.
 */
export const useInAddress = (name: string, query: URLSearchParams): { wanted: Signal<string>; rested: string } => {
  const inAddress = query.get(name) ?? '';
  const wanted = useSignal(inAddress);
  const rest = useRested(wanted);
  const rested = rest.value.trim();
  const known = useRef(inAddress);
  useEffect(() => {
    if (inAddress === known.current) return;
    known.current = wanted.value = rest.value = inAddress;
  }, [inAddress]);
  useEffect(() => {
    if (rested === known.current) return;
    known.current = rested;
    refine({ [name]: rested });
  }, [rested]);
  return { wanted, rested };
};
