/** Draws a horizontal bar chart as SVG. */
export const barChart = (
  title: string,
  bars: readonly { readonly label: string; readonly value: number }[],
): string => {
  const [left, width, height] = [170, 460, 24];
  const longest = Math.max(...bars.map(({ value }) => value));
  const rows = bars.map(({ label, value }, index) => {
    const y = 40 + index * height;
    const length = (width * value) / longest;
    return [
      `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${label}</text>`,
      `<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="16" fill="#4a7ebb"/>`,
      `<text x="${(left + length + 6).toFixed(1)}" y="${y + 12}">${value}</text>`,
    ].join('');
  });
  const total = 40 + bars.length * height + 10;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="720" height="${total}" font-family="sans-serif" font-size="12">`,
    `<rect width="720" height="${total}" fill="white"/>`,
    `<text x="12" y="22" font-size="14">${title}</text>`,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
};
