const kinds: Readonly<Record<string, string>> = {
  open: '',
  live: 'good',
  completed: '',
  up: 'good',
  frozen: 'warn',
  building: 'warn',
  running: 'warn',
  inTransit: 'warn',
  down: 'bad',
  stalled: 'bad',
  failed: 'bad',
  returned: 'bad',
  enabled: 'good',
  resting: 'warn',
  disabled: 'bad',
  failing: 'bad',
  missing: 'bad',
  succeeded: 'good',
  parked: 'bad',
  deadLettered: 'bad',
  acting: 'bad',
};

/** How many messages nobody could handle; any is too many. */
export const ParkedCount = ({ of }: { readonly of: number }) => (
  <span class={of > 0 ? 'bad' : undefined}>{of.toLocaleString()}</span>
);

/** A state in one word, which is coloured where it asks for attention. */
export const StatusBadge = ({ status }: { readonly status: string }) => (
  <span class={`status ${kinds[status] ?? ''}`}>{status.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()}</span>
);
