import type { z } from 'zod';
import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import type { AnyEvent, Commit } from '../../eventSourcing/commit.ts';
import type { Access } from './access.ts';
import type { Answer } from './answer.ts';
import { answerOutcome, commandRequest, idOfCreation, type AnswerOf } from './command.ts';
import type { Services } from '../services.ts';
import { endpoint, type Endpoint, type Received } from './endpoint.ts';
import type { ProblemCode } from './problem.ts';
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

type Row<Body extends z.ZodType> = {
  readonly post: string;
  readonly access: Access;
  readonly summary: string;
  /** Valid, it has the members of the command, unless these are made of the whole request. */
  readonly body: Body;
  readonly mayLackBody?: boolean;
  readonly example: z.input<Body>;
  /** The rejections of this command. Problems that any command may meet need not be listed. */
  readonly refuses: readonly ProblemCode[];
  readonly answers: Done;
};

/** What an answer that goes on after its command knows of the request. */
export type Followed = Pick<Received<z.ZodType, z.ZodType, typeof commandHeaders>, 'headers' | 'quota'>;

type Special<Params extends z.ZodType> = {
  readonly params: Params;
  readonly headers?: typeof commandHeaders;
  /** Goes on from the answer to a command that was carried out. */
  readonly follow?: (
    services: Services,
    received: Followed,
    done: { readonly commit: Commit; readonly replayed: boolean },
    answer: Answer,
  ) => Promise<Answer>;
  /** Further members of the problem that a rejection becomes. */
  readonly explain?: (
    services: Services,
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
  Rejection extends KnownRejection,
  Type extends Command['type'],
  Body extends z.ZodType<MembersOf<Command, Type>>,
>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  type: Type,
  row: Row<Body>,
): Endpoint<typeof idRoute, z.ZodType, typeof commandHeaders, Body> =>
  commandOf(
    aggregate,
    { ...row, params: idRoute },
    ({ body }) => ({ type, ...(body as object) }) as unknown as Command,
  );

/** The same, where the command is made of more than the body. */
export const commandOf = <
  Command extends Typed,
  Event extends AnyEvent,
  State,
  Rejection extends KnownRejection,
  Params extends z.ZodType<{ readonly id: string }>,
  Body extends z.ZodType,
>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  { answers: { of, unchanged, ...answers }, follow, explain, ...row }: Row<Body> & Special<Params>,
  toCommand: (received: CommandReceived<Params, Body>, services: Services) => NoInfer<Command>,
): Endpoint<Params, z.ZodType, typeof commandHeaders, Body> =>
  endpoint({
    headers: commandHeaders,
    ...row,
    refuses: [
      ...(['NotFound', 'VersionMismatch', ...row.refuses] as const),
      ...(['IdempotencyKeyReused', 'TooManyRequests', 'Contention'] as const),
    ],
    answers: { status: 201, ...answers },
    async handle(services, received) {
      const { bank } = services;
      const request = commandRequest(received, toCommand(received, services));
      const { id } = received.params;
      const answerOf = { of, ...(unchanged && { unchanged: (version: number) => unchanged(id, version) }) };
      const outcome = await bank.execute(aggregate, id, request);
      const answer = answerOutcome(outcome, answerOf);
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
  Rejection extends KnownRejection,
  Type extends Command['type'],
  Body extends z.ZodType<MembersOf<Command, Type>>,
>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  type: Type,
  { answers: { of, ...answers }, ...row }: Row<Body>,
): Endpoint<z.ZodType, z.ZodType, typeof creationHeaders, Body> =>
  endpoint({
    ...row,
    headers: creationHeaders,
    refuses: [...row.refuses, 'IdempotencyKeyReused', 'Contention'],
    answers: { status: 201, ...answers },
    async handle({ bank }, received) {
      const request = commandRequest(received, { type, ...received.body } as unknown as Command);
      return answerOutcome(await bank.execute(aggregate, idOfCreation(received), request), { of });
    },
  });
