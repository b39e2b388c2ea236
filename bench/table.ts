/** Prints rows as a Markdown table. */
export const printTable = (title: string, rows: readonly Readonly<Record<string, string | number>>[]): void => {
  const [first] = rows;
  if (!first) return;
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const columns = Object.keys(first);
  const lines = [line(columns), line(columns.map(() => '---')), ...rows.map((row) => line(Object.values(row)))];
  process.stdout.write(`\n### ${title}\n\n${lines.join('\n')}\n`);
};
