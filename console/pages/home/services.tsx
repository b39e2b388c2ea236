import type { components } from '../../../client/api.ts';
import { StatusBadge } from '../../parts/status.tsx';
import { serviceName } from './troubles.ts';

/** What the bank runs on, in one line. */
export const Services = ({ of }: { readonly of: components['schemas']['Health']['services'] }) => (
  <ul class="services" aria-label="Services">
    {Object.entries(of).map(([name, state]) => (
      <li key={name}>
        <span class="muted">{serviceName(name)}</span> <StatusBadge status={state} />
      </li>
    ))}
  </ul>
);
