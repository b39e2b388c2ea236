import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import type { AnyEvent, Commit } from '../../eventSourcing/commit.ts';
import type { Clock } from '../clock.ts';
import { isRecorded, type EventStore, type Fenced } from '../eventStore.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import { outcomeOfCommit, type CommandRequest, type Outcome } from './commandRequest.ts';
import { afterCommit, type CurrentState } from './currentState.ts';
import { decideGroup, nextStep, type Decided, type Refused } from './decideGroup.ts';
import type { Known, KnownStates } from './knownStates.ts';

const maximumAttempts = 8;
/** Others may have appended a lot to an aggregate that nobody here has looked at for this time. */
const provenMs = 60_000;
/** Within this time another instance seldom appends more than one commit: the work reads that commit, and no state. */
const nearMs = 1_000;

/** Whether the app loads an aggregate that it has not cached, or takes it for new, which spares the read if it is. */
export type Presumed = 'begun' | 'new';

/** A command that waits for its outcome; of several settlements the first counts. */
export type Waiting<Command, Rejection> = {
  readonly request: CommandRequest<Command>;
  readonly presumed: Presumed;
  readonly settle: (outcome: Outcome<Rejection>) => void;
  readonly fail: (error: unknown) => void;
};

export type CommitOptions = {
  readonly eventStore: EventStore;
  readonly clock: Clock;
  /** Waits before the second and every further attempt; longer and with more jitter each time. */
  readonly pause: (attempt: number) => Promise<void>;
  readonly onCommitted: (commits: readonly Commit[]) => void;
};

/**
 * Whether a command may have been here before: it came with a key, or this instance sent it to the store, which did not say that
 * it wrote it.
 */
export const mayBeCommitted = <Item extends { readonly request: { readonly keyed: boolean } }>(
  item: Item,
  sent: ReadonlySet<Item>,
): boolean => item.request.keyed || sent.has(item);

/**
 * The work on a group of commands of one aggregate: decides them, appends the accepted ones together, and settles each; none fails
 * another. A command that may have been here before is refused only once its commit was looked for.
 */
export class GroupWork<Command, Event extends AnyEvent, State, Rejection> {
  readonly #aggregate: Aggregate<Command, Event, State, Rejection>;
  readonly #options: CommitOptions;
  readonly #states: KnownStates<State>;
  readonly #id: string;
  /** Not settled yet. */
  readonly #waiting: Set<Waiting<Command, Rejection>>;
  /** Appended, and the store did not say that it wrote them. */
  readonly #sent = new Set<Waiting<Command, Rejection>>();
  #current: Known<State> | undefined;
  #isProved = false;

  constructor(
    aggregate: Aggregate<Command, Event, State, Rejection>,
    options: CommitOptions,
    states: KnownStates<State>,
    id: string,
    group: readonly Waiting<Command, Rejection>[],
  ) {
    [this.#aggregate, this.#options, this.#states, this.#id] = [aggregate, options, states, id];
    this.#waiting = new Set(group);
    this.#current = states.cached(id);
    if (!this.#current && group.every(isPresumedNew)) this.#current = states.unbegun();
  }

  /** Returns the items that it leaves because they do not fit into one append. Throws what fails all of them. */
  async run(): Promise<readonly Waiting<Command, Rejection>[]> {
    const { clock, pause } = this.#options;
    let failure: ServiceUnavailable | undefined;

    for (let attempt = 0; attempt < maximumAttempts && this.#waiting.size > 0; attempt += 1) {
      if (attempt > 0) await pause(attempt);

      // 1. Know the state.
      const current = this.#current ?? (await this.#load());
      if (current === 'fenced') return this.#settleAll({ outcome: 'fenced' });

      // 2. Decide every command on the state that those before it leave.
      const decided = decideGroup(this.#aggregate, this.#id, current, [...this.#waiting], clock.now());
      const step = nextStep(decided, this.#isProved);

      // 3. Where nothing is accepted, prove the state before anything is refused; decide again if it has changed.
      if (step === 'proveState' && !(await this.#prove(current))) continue;

      // 4. Append what is accepted. Where the store refuses it, or does not say, settle what it has and begin again.
      if (step === 'append') {
        const result = await this.#append(decided, current, attempt);
        failure = result instanceof ServiceUnavailable ? result : undefined;
        if (result !== 'appended') continue;
      }

      // 5. Refuse the others.
      await this.#refuse(decided.refused);
      return decided.left;
    }

    // 6. The attempts are used up.
    await this.#settleCommitted((item) => this.#sent.has(item));
    if (failure && this.#waiting.size > 0) throw failure;
    return this.#settleAll({ outcome: 'contention' });
  }

  async #load(): Promise<Known<State> | Fenced> {
    const loaded = await this.#states.load(this.#id);
    return loaded === 'fenced' ? loaded : this.#goOnFrom(loaded);
  }

  /** Whether the state is the newest. */
  async #prove(current: Known<State>): Promise<boolean> {
    if (this.#isFarBehind(current)) {
      this.#current = undefined;
      return false;
    }
    const next = await this.#commitAfter(current);
    if (next === undefined) this.#remember(current);
    else await this.#goOn(current, next);
    return next === undefined;
  }

  /** Appends and settles what is accepted. */
  async #append(
    decided: Decided<Waiting<Command, Rejection>, State, Rejection>,
    current: Known<State>,
    attempt: number,
  ): Promise<'appended' | 'notAppended' | ServiceUnavailable> {
    const { accepted, after } = decided;
    const commits = accepted.map(({ commit }) => commit);
    const result = await this.#send(commits, after.state);
    if (result.outcome === 'tooLarge') {
      // A group is cut before it is too large, so that this is one command, or the state is too large for any.
      for (const { item } of accepted) this.#settle(item, { outcome: 'tooLarge' });
      return 'notAppended';
    }
    if (result.outcome !== 'appended') {
      for (const { item } of accepted) this.#sent.add(item);
      const isThere = await this.#isThere(commits, current, result, attempt);
      if (!isThere) return result.outcome === 'unknown' ? result.failure : 'notAppended';
    }
    for (const { item, commit } of accepted) this.#settle(item, { outcome: 'done', commit, replayed: false });
    this.#options.onCommitted(commits);
    this.#remember(after);
    return 'appended';
  }

  /** Whether the store has written what it did not say that it wrote. Settles what it has, and goes on from there, if not. */
  async #isThere(
    commits: readonly Commit[],
    current: Known<State>,
    result: { readonly outcome: 'conflict'; readonly index: number } | { readonly outcome: 'unknown' },
    attempt: number,
  ): Promise<boolean> {
    const index = result.outcome === 'conflict' ? result.index : 0;
    if (result.outcome === 'conflict' && index === 0 && this.#isFarBehind(current, nearMs)) {
      this.#current = undefined;
      return false;
    }
    // The place of a commit further on cannot be taken where that of the first is free.
    const next = index > 0 ? undefined : await this.#commitAfter(current);
    const [first] = commits;
    // An append is all or nothing: where the store has its first commit, it has all of it.
    if (isRecorded(next) && first && isSameCommit(next, first)) return true;
    if (next) await this.#goOn(current, next);
    else if (result.outcome === 'conflict') await this.#settleUsed(commits[index], attempt > 0);
    return false;
  }

  /** 'unknown': the store may have written it or not. */
  async #send(commits: readonly Commit[], state: State) {
    // The cached state is no longer the newest, or never was, whatever the store answers.
    this.#states.forget(this.#id);
    try {
      return await this.#options.eventStore.append(commits, { state, stateVersion: this.#aggregate.stateVersion });
    } catch (error) {
      if (error instanceof ServiceUnavailable && error.outcomeUnknown)
        return { outcome: 'unknown', failure: error } as const;
      // A clear refusal says nothing of the attempts before it.
      await this.#settleCommitted((item) => this.#sent.has(item));
      throw error;
    }
  }

  #commitAfter({ version }: Known<State>) {
    return this.#options.eventStore.commitAt(this.#id, version + 1);
  }

  /** Goes on from the commit that has the place after the state; it settles the command that made it. */
  async #goOn(before: Known<State>, next: Commit | Fenced): Promise<void> {
    this.#isProved = false;
    if (next === 'fenced') {
      this.#settleAll({ outcome: 'fenced' });
      return;
    }
    const maker = [...this.#waiting].find(({ request }) => request.commandId === next.commandId);
    if (maker) {
      this.#settleBy(next, maker);
      // It is seldom alone: an append that took effect unnoticed may have had others of this group.
      await this.#settleCommitted((item) => this.#sent.has(item));
    }
    const isFoldable = next.aggregate === this.#aggregate.name && !this.#isFarBehind(before);
    this.#current = isFoldable ? { ...afterCommit(this.#aggregate, before.state, next), provedAt: 0 } : undefined;
  }

  /** Others may have appended a lot: it is cheaper to load the newest state than to go on from place to place. */
  #isFarBehind(state: Known<State>, ms = provenMs): boolean {
    return this.#states.isOlder(state, ms);
  }

  /**
   * Settles the command that the store says was here before. From the second attempt on, looks for the commits of all others that may
   * have been here, too: a group can have more of them than there are attempts.
   */
  #settleUsed(used: Commit | undefined, alsoOthers: boolean): Promise<void> {
    return this.#settleCommitted(
      (item) => item.request.commandId === used?.commandId || (alsoOthers && mayBeCommitted(item, this.#sent)),
    );
  }

  /** Looks for the commits of the suspects, and settles those that the store has. */
  async #settleCommitted(isSuspect: (item: Waiting<Command, Rejection>) => boolean): Promise<void> {
    await Promise.all(
      [...this.#waiting].filter(isSuspect).map(async (item) => {
        try {
          const commit = await this.#options.eventStore.findCommit(this.#id, item.request.commandId);
          if (commit) this.#settleBy(commit, item);
        } catch (error) {
          this.#fail(item, error);
        }
      }),
    );
  }

  async #refuse(refused: readonly Refused<Waiting<Command, Rejection>, Rejection>[]): Promise<void> {
    const items = new Set(refused.map(({ item }) => item));
    await this.#settleCommitted((item) => items.has(item) && mayBeCommitted(item, this.#sent));
    for (const { item, ...why } of refused) {
      if (!this.#waiting.has(item)) continue;
      if ('outcome' in why) this.#settle(item, why.outcome);
      else this.#fail(item, why.failure);
    }
  }

  #settleBy(commit: Commit, item: Waiting<Command, Rejection>): void {
    const outcome = outcomeOfCommit(commit, item.request);
    this.#settle(item, outcome);
    if (outcome.outcome === 'done' && !outcome.replayed) this.#options.onCommitted([commit]);
  }

  #settle(item: Waiting<Command, Rejection>, outcome: Outcome<Rejection>): void {
    this.#waiting.delete(item);
    item.settle(outcome);
  }

  #fail(item: Waiting<Command, Rejection>, error: unknown): void {
    this.#waiting.delete(item);
    item.fail(error);
  }

  #settleAll(outcome: Outcome<never>): readonly [] {
    for (const item of this.#waiting) this.#settle(item, outcome);
    return [];
  }

  #remember(newest: CurrentState<State>): void {
    this.#goOnFrom(this.#states.remember(this.#id, newest));
  }

  #goOnFrom(proved: Known<State>): Known<State> {
    this.#isProved = true;
    return (this.#current = proved);
  }
}

const isPresumedNew = ({ presumed }: { readonly presumed: Presumed }): boolean => presumed === 'new';

/** Whether it is the very commit that this attempt sent, and not another one of the same command. */
const isSameCommit = (one: Commit, other: Commit): boolean =>
  one.commandId === other.commandId && one.traceparent === other.traceparent && one.occurredAt === other.occurredAt;
