import type { components } from '../../../client/api.ts';
import { StatusBadge } from '../../parts/status.tsx';

export type Listener = components['schemas']['Listener'];

export const State = ({ of: { state, reason } }: { readonly of: Pick<Listener, 'state' | 'reason'> }) => (
  <>
    <StatusBadge status={state} />
    {reason !== undefined && <div class="small bad">{reason}</div>}
  </>
);

/** The app counts no more of what waits for a listener, but for views. */
const mostCounted = 100;

export const Behind = ({ of: { kind, behind } }: { readonly of: Pick<Listener, 'kind' | 'behind'> }) => (
  <>
    {behind.toLocaleString()}
    {kind !== 'view' && behind >= mostCounted && ' or more'}
  </>
);
