import type { components } from '../../../client/api.ts';
import type { Queried } from '../../api/query.ts';
import { Answered, Panel } from '../../parts/panel.tsx';
import { StatusBadge } from '../../parts/status.tsx';
import { serviceName } from './troubles.ts';

export const Services = ({ of }: { readonly of: Queried<components['schemas']['Health']> }) => (
  <Panel title="Services" isShort>
    <Answered of={of}>
      {({ services }) => (
        <ul class="facts">
          {Object.entries(services).map(([name, state]) => (
            <li key={name}>
              {serviceName(name)} <StatusBadge status={state} />
            </li>
          ))}
        </ul>
      )}
    </Answered>
  </Panel>
);
