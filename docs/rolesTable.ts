import { roles } from '../application/identity.ts';
import { endpoints } from '../functions/api/endpoints.ts';
import { requirementOf } from '../functions/http/access.ts';
import { tableOf } from './writtenTables.ts';

/** The roles that each endpoint admits. */
export const rolesTable = (): string => {
  const closed = endpoints.filter(({ access }) => access !== 'anonymous');
  const rows = closed.map(({ method, route, access }) => {
    const admitted = new Set(requirementOf(access).roles);
    return [
      `\`${method} /${route}\``,
      ...roles.map((role) => {
        if (!admitted.has(role)) return '';
        return role === 'Customer' && access !== 'everyRole' ? 'own' : 'yes';
      }),
    ];
  });
  return tableOf(['route', ...roles.map((role) => `\`${role}\``)], rows);
};
