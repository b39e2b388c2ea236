const pattern = /^(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/;

/** Reads a .NET TimeSpan such as `00:05:00` or `1.00:00:00`, in ms. Undefined if the text is none. */
export const parseTimeSpan = (text: string): number | undefined => {
  const parts = pattern.exec(text.trim());
  if (!parts) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = '0'] = parts;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const wholeSeconds = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return wholeSeconds * 1000 + Math.floor(Number(`0.${fraction}`) * 1000);
};
