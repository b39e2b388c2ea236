type ProgressProps = {
  /** What it is of, for those who do not see where it stands. */
  readonly label: string;
  readonly done: number;
  /** 0 while nobody knows it. */
  readonly total: number;
  readonly unit: string;
};

/** How far something is. */
export const Progress = ({ label, done, total, unit }: ProgressProps) => (
  <div class="progress">
    <progress aria-label={label} {...(total > 0 && { max: total, value: Math.min(done, total) })} />
    <span class="muted small">
      {total > 0 ? `${done.toLocaleString()} of ${total.toLocaleString()} ${unit}` : 'It begins …'}
    </span>
  </div>
);
