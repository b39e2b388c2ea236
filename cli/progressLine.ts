import type { components } from '../client/api.ts';

/** How far an operation of the app is, or other work that counts something else. */
export type Progress = Pick<
  components['schemas']['Operation'],
  'status' | 'reason' | 'done' | 'total' | 'rate' | 'secondsLeft'
> & { readonly unit?: string };

const number = new Intl.NumberFormat('en');
const widestBar = 40;

/** Draws a bar with numbers, as wide as the terminal allows. Without a terminal, only the numbers. */
export const progressLine = (
  { status, reason, done, total, rate, secondsLeft, unit = 'events' }: Progress,
  columns?: number,
): string => {
  const counted = `${number.format(done)} of ${number.format(total)} ${unit}`;
  if (status === 'cancelled') return `cancelled after ${counted}`;
  if (status === 'failed') return `failed: ${reason ?? 'for an unknown reason'}`;
  const part = total > 0 ? Math.min(1, done / total) : status === 'succeeded' ? 1 : 0;
  const left = status === 'running' && secondsLeft !== undefined ? `, ${duration(secondsLeft)} left` : '';
  const numbers = `${Math.floor(part * 100)} %  ${counted}, ${number.format(rate)}/s${left}`;
  const width = Math.min(widestBar, (columns ?? 0) - numbers.length - 3);
  if (width < 10) return numbers;
  const full = Math.round(part * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}  ${numbers}`;
};

const duration = (seconds: number): string =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
