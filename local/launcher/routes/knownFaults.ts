import type { FaultRule } from '../../faults/faultRules.ts';

export type ServiceName = 'cosmos' | 'serviceBus';

/** Something that goes wrong with a service when somebody asks for it. */
export type KnownFault = {
  /** Also names its rules in the service. */
  readonly id: string;
  readonly service: ServiceName;
  readonly title: string;
  /** What the service does, and what the app makes of it. */
  readonly effect: string;
} & ({ readonly rule: Omit<FaultRule, 'name'> } | { readonly pauseMs: number });

const writes = ['create', 'upsert', 'replace', 'batch', 'bulk'];

/** In the order in which people see them: of each service, what hurts most first. */
export const knownFaults: readonly KnownFault[] = [
  {
    id: 'cosmos-away',
    service: 'cosmos',
    title: 'Away for 20 seconds',
    effect: 'All connections end, and no new one gets through: the app answers 503 and Retry-After until it is back.',
    pauseMs: 20_000,
  },
  {
    id: 'cosmos-busy',
    service: 'cosmos',
    title: 'Too many requests',
    effect: 'Half of the next 200 requests are answered 429: the app sends them again, and takes longer.',
    rule: { share: 0.5, times: 100, fault: { kind: 'answer', status: 429, retryAfterMs: 200 } },
  },
  {
    id: 'cosmos-slow',
    service: 'cosmos',
    title: 'Slow',
    effect: 'Each of the next 50 requests takes a second longer: answers, and the way into the views, do, too.',
    rule: { times: 50, fault: { kind: 'delay', ms: 1_000 } },
  },
  {
    id: 'cosmos-answer-lost',
    service: 'cosmos',
    title: 'The answer to a write is lost',
    effect: 'The next five writes count, and the app never hears it: a command is applied once all the same.',
    rule: { on: { operation: writes }, times: 5, fault: { kind: 'drop', when: 'after' } },
  },
  {
    id: 'cosmos-silent',
    service: 'cosmos',
    title: 'No answer to a write',
    effect: 'The next two writes are neither carried out nor answered: the app gives up on them, and tries again.',
    rule: { on: { operation: writes }, times: 2, fault: { kind: 'timeout', when: 'before' } },
  },
  {
    id: 'serviceBus-away',
    service: 'serviceBus',
    title: 'Away for 20 seconds',
    effect: 'Commands are accepted as before; their events reach the views once it is back.',
    pauseMs: 20_000,
  },
  {
    id: 'serviceBus-late',
    service: 'serviceBus',
    title: 'Late deliveries',
    effect: 'Each of the next 50 deliveries comes two seconds late: the views are behind for as long.',
    rule: { on: { operation: 'deliver' }, times: 50, fault: { kind: 'delay', ms: 2_000 } },
  },
  {
    id: 'serviceBus-twice',
    service: 'serviceBus',
    title: 'Deliveries come twice',
    effect: 'The next 50 messages are delivered twice: each event counts once.',
    rule: { on: { operation: 'deliver' }, times: 50, fault: { kind: 'duplicate' } },
  },
  {
    id: 'serviceBus-overtaken',
    service: 'serviceBus',
    title: 'Messages overtake each other',
    effect: 'The next 20 messages come after the one behind them: views fetch what they miss from the event store.',
    rule: { on: { operation: 'deliver' }, times: 20, fault: { kind: 'reorder' } },
  },
  {
    id: 'serviceBus-locks',
    service: 'serviceBus',
    title: 'Locks expire',
    effect: 'The next 20 messages cannot be completed, and come again: each event counts once.',
    rule: { on: { operation: 'complete' }, times: 20, fault: { kind: 'expireLocks' } },
  },
  {
    id: 'serviceBus-full',
    service: 'serviceBus',
    title: 'The topic takes no messages',
    effect: 'The next 20 sends are refused: commands are accepted as before, and the relay sends their events later.',
    rule: {
      on: { operation: 'send' },
      times: 20,
      fault: { kind: 'reject', condition: 'amqp:resource-limit-exceeded' },
    },
  },
];
