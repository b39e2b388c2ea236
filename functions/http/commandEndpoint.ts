import type { z } from 'zod';
import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import type { AnyEvent } from '../../eventSourcing/commit.ts';
import type { Access } from './access.ts';
import { answerOutcome, commandRequest, idOfCreation, type AnswerOf } from './command.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import type { ProblemCode } from './problem.ts';
import type { KnownRejection } from './rejection.ts';
import { accountCommandHeaders, creationHeaders, idRoute } from './schemas.ts';

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
  /** Valid, it has the members of the command. */
  readonly body: Body;
  readonly example: z.input<Body>;
  /** The rejections of this command. Problems that any command may meet need not be listed. */
  readonly refuses: readonly ProblemCode[];
  readonly answers: Done;
};

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
  { answers: { of, unchanged, ...answers }, ...row }: Row<Body>,
): Endpoint<typeof idRoute, z.ZodType, typeof accountCommandHeaders, Body> =>
  endpoint({
    ...row,
    params: idRoute,
    headers: accountCommandHeaders,
    refuses: [
      ...(['NotFound', 'VersionMismatch', ...row.refuses] as const),
      ...(['IdempotencyKeyReused', 'TooManyRequests', 'Contention'] as const),
    ],
    answers: { status: 201, ...answers },
    async handle({ bank }, received) {
      const request = commandRequest(received, { type, ...received.body } as unknown as Command);
      const { id } = received.params;
      const answerOf = { of, ...(unchanged && { unchanged: (version: number) => unchanged(id, version) }) };
      return answerOutcome(await bank.execute(aggregate, id, request), answerOf);
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
