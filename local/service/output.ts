/** Writes lines to a stream. It joins those of one turn of the event loop, so that a line for each invocation costs little. */
export type Output = {
  readonly line: (text: string) => void;
  /** Resolves when all lines are written. */
  readonly flush: () => Promise<void>;
};

export const createOutput = (stream: NodeJS.WritableStream): Output => {
  let lines: string[] = [];
  const write = (): void => {
    if (lines.length === 0) return;
    const text = lines.join('\n');
    lines = [];
    stream.write(`${text}\n`);
  };
  return {
    line: (text) => {
      if (lines.push(text) === 1) setImmediate(write);
    },
    flush: () => {
      write();
      return new Promise((resolve) => stream.write('', () => resolve()));
    },
  };
};
