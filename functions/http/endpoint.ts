import type { z } from 'zod';
import type { Caller } from '../../application/identity.ts';
import type { ContextServices, Services } from '../services.ts';
import type { Access } from './access.ts';
import type { Answer } from './answer.ts';
import type { OwnProblems, ProblemCode } from './problem.ts';
import { queryHeaders } from './schemas.ts';
import type { Trace } from './traceparent.ts';

type Schemas<P extends z.ZodType, Q extends z.ZodType, H extends z.ZodType, B extends z.ZodType> = {
  readonly params?: P;
  readonly query?: Q;
  /** Their names are in lower case. */
  readonly headers?: H;
  readonly body?: B;
  /** Whether no body at all means the same as `{}`. */
  readonly mayLackBody?: boolean;
  /** A good body, for readers; end-to-end tests send it, with an id of a real customer. */
  readonly example?: z.input<B>;
};

type Described<Own extends string> = {
  readonly access: Access;
  /** It is served only where this switched listener is on. */
  readonly listener?: string;
  readonly summary: string;
  /** How long an answer may take, where that is longer than for others. */
  readonly longestMs?: number;
  /** Problems that any endpoint may answer with need not be listed. */
  readonly refuses: readonly (ProblemCode | NoInfer<Own>)[];
  /** All that only this context has, of which an endpoint may refuse some. */
  readonly problems?: OwnProblems<Own>;
  readonly answers: {
    readonly status: number;
    /** None for an answer without content. */
    readonly body?: z.ZodType;
    /** Descriptions of the answer's forms other than JSON, by media type; the header `accept` chooses where there are several. */
    readonly files?: Readonly<Record<string, string>>;
    /** Names and descriptions; headers that any answer of its kind has need not be listed. */
    readonly headers?: Readonly<Record<string, string>>;
    /** Other statuses with the same body, and their descriptions. */
    readonly otherwise?: Readonly<Record<number, string>>;
  };
};

/** A valid request of a caller who may send it. */
export type Received<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  H extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
> = {
  readonly endpoint: Pick<NamedEndpoint, 'name' | 'route'>;
  readonly params: z.infer<P>;
  readonly query: z.infer<Q>;
  readonly headers: z.infer<H>;
  readonly body: z.infer<B>;
  readonly trace: Trace;
  readonly caller: Caller;
  /** Whose requests limits count together. */
  readonly quota: string;
};

type Handled<P extends z.ZodType, Q extends z.ZodType, H extends z.ZodType, B extends z.ZodType, S> = {
  /** Throws ServiceUnavailable. */
  handle(services: S, received: Received<P, Q, H, B>): Promise<Answer>;
};

/**
 * One endpoint of the API. Its registration, its description and the rows about it in documents are derived from this. It works with
 * the services of the bank, or, where `S` says so, with those that every context has.
 */
export type Endpoint<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  H extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  S extends ContextServices = Services,
> = Described<string> &
  Schemas<P, Q, H, B> &
  Handled<P, Q, H, B, S> & {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    /** Below `api/`, but for pages, with `{parameters}`. */
    readonly route: string;
  };

/** Endpoints by name. A name never changes: a keyed command is a retry only if the endpoint's name is the same. */
export type EndpointTable<S extends ContextServices = Services> = Readonly<
  Record<string, Endpoint<z.ZodType, z.ZodType, z.ZodType, z.ZodType, S>>
>;

export type NamedEndpoint<S extends ContextServices = Services> = EndpointTable<S>[string] & {
  readonly name: string;
  /** The route from the root, such as `api/accounts/{id}`. */
  readonly path: string;
};

/** The endpoints of tables, each with its name, and its route below a prefix. */
export const named = <S extends ContextServices>(
  prefix: string,
  ...tables: readonly EndpointTable<S>[]
): readonly NamedEndpoint<S>[] =>
  tables.flatMap((table) =>
    Object.entries(table).map(([name, own]) => ({ ...own, name, path: `${prefix}${own.route}` })),
  );

/**
 * A server sends the answer to `HEAD` without its body. RFC 9110 wants the length of the body all the same, so the app answers as to
 * `GET`.
 */
export const methodsOf = ({ method }: Pick<Endpoint, 'method'>) =>
  method === 'GET' ? (['GET', 'HEAD'] as const) : [method];

type Place =
  | { readonly get: string }
  | { readonly post: string }
  | { readonly put: string }
  | { readonly patch: string }
  | { readonly delete: string };

/** A row of a table of endpoints, such as `{ get: 'accounts/{id}', … }`. */
export const endpoint = <
  P extends z.ZodType,
  Q extends z.ZodType,
  H extends z.ZodType,
  B extends z.ZodType,
  S extends ContextServices = Services,
  Own extends string = never,
>(
  row: Place & Described<Own> & Schemas<P, Q, H, B> & Handled<P, Q, H, B, S>,
): Endpoint<P, Q, H, B, S> => ({ ...row, ...placeOf(row) });

type GivenHeaders = typeof queryHeaders;

/** An endpoint whose answer has an ETag, for `If-None-Match`. */
export const query = <P extends z.ZodType, Q extends z.ZodType, S extends ContextServices = Services>(
  row: { readonly get: string } & Described<never> &
    Pick<Schemas<P, Q, GivenHeaders, z.ZodType>, 'params' | 'query'> &
    Handled<P, Q, GivenHeaders, z.ZodType, S>,
): Endpoint<P, Q, GivenHeaders, z.ZodType, S> => endpoint({ ...row, headers: queryHeaders });

const placeOf = (place: Place): Pick<Endpoint, 'method' | 'route'> => {
  if ('get' in place) return { method: 'GET', route: place.get };
  if ('post' in place) return { method: 'POST', route: place.post };
  if ('put' in place) return { method: 'PUT', route: place.put };
  if ('patch' in place) return { method: 'PATCH', route: place.patch };
  return { method: 'DELETE', route: place.delete };
};
