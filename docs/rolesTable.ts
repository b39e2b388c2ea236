import { requirementOf } from '../functions/http/access.ts';
import { endpoints } from '../functions/api/endpoints.ts';
import { roles } from '../application/identity.ts';

const begin = '<!-- npm run docs writes this table -->';
const end = '<!-- end of the table -->';

/** The roles that each endpoint admits, as a table of Markdown with even columns. */
const rolesTable = (): string => {
  const closed = endpoints.filter(({ access }) => access !== 'anonymous');
  const rows = closed.map(({ method, route, access }) => {
    const admitted = new Set(requirementOf(access).roles);
    return [
      `\`${method} /${route}\``,
      ...roles.map((role) => (admitted.has(role) ? (role === 'Customer' ? 'own' : 'yes') : '')),
    ];
  });
  const header = ['route', ...roles.map((role) => `\`${role}\``)];
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
};

/** A document with its table of roles as the endpoints have it now. Throws if it has no place for the table. */
export const withRolesTable = (document: string): string => {
  const [before, rest, ...more] = document.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined || more.length > 0) throw new Error(`It has no ${begin}, or several`);
  return `${before}${begin}\n\n${rolesTable()}\n\n${end}${after}`;
};
