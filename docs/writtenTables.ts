const begin = '<!-- npm run docs writes this -->';
const end = '<!-- npm run docs has written this -->';

/** A table of Markdown with even columns; `right` are the columns whose cells stand at the right. */
export const tableOf = (
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string => {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join(' | ')} |`;
  const rule = widths.map((width, column) =>
    right.includes(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [line(header), line(rule), ...rows.map(line)].join('\n');
};

/** A document with these tables in place of those that it had. Throws if it has no place for them, or several. */
export const withTables = (document: string, tables: readonly string[]): string => {
  const [before, rest, ...more] = document.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined || more.length > 0) throw new Error(`It has no ${begin}, or several`);
  return `${before}${begin}\n\n${tables.join('\n\n')}\n\n${end}${after}`;
};
