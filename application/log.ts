/** `ids` say what the message is about; it names no people and no amounts. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  ids?: Readonly<Record<string, string | number>>,
) => void;
