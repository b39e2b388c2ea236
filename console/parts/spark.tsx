type SparkProps = { readonly about: string; readonly values: readonly number[] };

const [width, height] = [100, 20];

/** A line that shows how a number went, without a scale: the highest value is at the top, zero at the bottom. */
export const Spark = ({ about, values }: SparkProps) => {
  const highest = Math.max(1, ...values);
  const step = width / Math.max(1, values.length - 1);
  const pointAt = (value: number, index: number) => `${index * step},${height - 1 - (value / highest) * (height - 2)}`;
  const shown = values.length === 1 ? [...values, ...values] : values;
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={about}>
      <polyline points={shown.map(pointAt).join(' ')} vector-effect="non-scaling-stroke" />
    </svg>
  );
};
