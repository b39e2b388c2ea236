import type { z } from 'zod';
import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import type { AnyEvent, Commit } from '../../eventSourcing/commit.ts';
import type { Access } from './access.ts';
import type { Answer } from './answer.ts';
import { answerOutcome, commandRequest, idOfCreation, type AnswerOf } from './command.ts';
import type { ContextServices, Services } from '../services.ts';
import { endpoint, type Endpoint, type Received } from './endpoint.ts';
import type { OwnProblems, ProblemCode } from './problem.ts';
import type { KnownRejection } from './rejection.ts';
import { commandHeaders, creationHeaders, idRoute } from './schemas.ts';

type Typed = { readonly type: string };

/** A command's members beside its type. */
type MembersOf<Command extends Typed, Type> = Omit<Extract<Command, { readonly type: Type }>, 'type'>;

/** The answer to a command that was carried out. */
export type Done = {
  readonly body: z.ZodType;
  /** Their names and descriptions. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly of: AnswerOf['of'];
  readonly unchanged?: (aggregateId: string, version: number) => ReturnType<AnswerOf['of']>;
};

type Row<Body extends z.ZodType, Own extends string> = {
  readonly post: string;
  readonly access: Access;
  readonly summary: string;
  /** Valid, it has the members of the command, unless these are made of the whole request. */
  readonly body: Body;
  readonly mayLackBody?: boolean;
  readonly example: z.input<Body>;
  /** The rejections of this command. Problems that any command may meet need not be listed. */
  readonly refuses: readonly (ProblemCode | NoInfer<Own>)[];
  /** All problems of rejections that only this context has. */
  readonly problems?: OwnProblems<Own>;
  readonly answers: Done;
};

/** What an answer that goes on after its command knows of the request. */
export type Followed = Pick<Received<z.ZodType, z.ZodType, typeof commandHeaders>, 'headers' | 'quota'>;

type Special<Params extends z.ZodType, S extends ContextServices> = {
  readonly params: Params;
  readonly headers?: typeof commandHeaders;
  /** Goes on from the answer to a command that was carried out. */
  readonly follow?: (
    services: S,
    received: Followed,
    done: { readonly commit: Commit; readonly replayed: boolean },
    answer: Answer,
  ) => Promise<Answer>;
  /** Further members of the problem that a rejection becomes. */
  readonly explain?: (
    services: S,
    params: z.infer<Params>,
    rejection: { readonly code: string },
  ) => Promise<object | undefined>;
  readonly longestMs?: number;
};

type CommandReceived<Params extends z.ZodType, Body extends z.ZodType> = Received<
  Params,
  z.ZodType,
  typeof commandHeaders,
  Body
>;

/** An endpoint that sends a command to the aggregate with the `{id}` in the route. */
export const command = <
  Command extends Typed,
  Event extends AnyEvent,
  State,
  Rejection extends KnownRejection | { readonly code: Own },
  Type extends Command['type'],
  Body extends z.ZodType<MembersOf<Command, Type>>,
  Own extends string = never,
>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  type: Type,
  row: Row<Body, Own>,
): Endpoint<typeof idRoute, z.ZodType, typeof commandHeaders, Body, ContextServices> =>
  commandOf<Command, Event, State, Rejection, typeof idRoute, Body, Own, ContextServices>(
    aggregate,
    { ...row, params: idRoute },
    ({ body }) => ({ type, ...(body as object) }) as unknown as Command,
  );

/** The same, where the command is made of more than the body. */
export const commandOf = <
  Command extends Typed,
  Event extends AnyEvent,
  State,
  Rejection extends KnownRejection | { readonly code: Own },
  Params extends z.ZodType<{ readonly id: string }>,
  Body extends z.ZodType,
  Own extends string = never,
  S extends ContextServices = Services,
>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  { answers: { of, unchanged, ...answers }, follow, explain, ...row }: Row<Body, Own> & Special<Params, S>,
  toCommand: (received: CommandReceived<Params, Body>, services: S) => NoInfer<Command>,
): Endpoint<Params, z.ZodType, typeof commandHeaders, Body, S> =>
  endpoint({
    headers: commandHeaders,
    ...row,
    refuses: [
      ...(['NotFound', 'VersionMismatch', ...row.refuses] as const),
      ...(['IdempotencyKeyReused', 'TooManyRequests', 'Contention'] as const),
    ],
    answers: { status: 201, ...answers },
    async handle(services, received) {
      const request = commandRequest(received, toCommand(received, services));
      const { id } = received.params;
      const answerOf = { of, ...(unchanged && { unchanged: (version: number) => unchanged(id, version) }) };
      const outcome = await services.execute(aggregate, id, request);
      const answer = answerOutcome(outcome, answerOf, row.problems);
      if (outcome.outcome === 'done' && follow) return follow(services, received, outcome, answer);
      if (outcome.outcome !== 'rejected' || !explain) return answer;
      return { ...answer, body: { ...answer.body, ...(await explain(services, received.params, outcome.rejection)) } };
    },
  });

/** An endpoint that creates an aggregate. */
export const creation = <
  Command extends Typed,
  Event extends AnyEvent,
  State,
  Rejection extends KnownRejection | { readonly code: Own },
  Type extends Command['type'],
  Body extends z.ZodType<MembersOf<Command, Type>>,
  Own extends string = never,
>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  type: Type,
  row: Row<Body, Own>,
): Endpoint<z.ZodType, z.ZodType, typeof creationHeaders, Body, ContextServices> =>
  creationOf<Command, Event, State, Rejection, Body, Own>(aggregate, row, ({ body }) => {
    const command = { type, ...(body as object) } as unknown as Command;
    return Promise.resolve(command);
  });

/** The same, where the command is made of more than the body. */
export const creationOf = <
  Command extends Typed,
  Event extends AnyEvent,
  State,
  Rejection extends KnownRejection | { readonly code: Own },
  Body extends z.ZodType,
  Own extends string = never,
>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  { answers: { of, ...answers }, ...row }: Row<Body, Own>,
  toCommand: (
    received: Received<z.ZodType, z.ZodType, typeof creationHeaders, Body>,
    services: ContextServices,
  ) => Promise<NoInfer<Command>>,
): Endpoint<z.ZodType, z.ZodType, typeof creationHeaders, Body, ContextServices> =>
  endpoint({
    ...row,
    headers: creationHeaders,
    refuses: [...row.refuses, 'IdempotencyKeyReused', 'Contention'],
    answers: { status: 201, ...answers },
    async handle(services, received) {
      const request = commandRequest(received, await toCommand(received, services));
      return answerOutcome(await services.execute(aggregate, idOfCreation(received), request), { of }, row.problems);
    },
  });
