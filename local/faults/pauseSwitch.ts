/** Cuts a service off from its clients for a while. */
export type PauseSwitch = {
  readonly isPaused: boolean;
  /** Pauses until `resume`, or for a time in milliseconds at the most. */
  pause(ms?: number): void;
  resume(): void;
};

/** `onPause` ends the existing connections. The service itself refuses new ones while it is paused. */
export const createPauseSwitch = (onPause: () => void): PauseSwitch => {
  let isPaused = false;
  let timer: NodeJS.Timeout | undefined;
  const resume = (): void => {
    clearTimeout(timer);
    isPaused = false;
  };
  return {
    get isPaused() {
      return isPaused;
    },
    pause(ms) {
      clearTimeout(timer);
      isPaused = true;
      if (ms !== undefined) timer = setTimeout(resume, ms).unref();
      onPause();
    },
    resume,
  };
};
