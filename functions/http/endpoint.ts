import type { z } from 'zod';
import type { Caller } from '../../application/identity.ts';
import type { Services } from '../services.ts';
import type { Access } from './access.ts';
import type { Answer } from './answer.ts';
import type { ProblemCode } from './problem.ts';
import { queryHeaders } from './schemas.ts';
import type { Trace } from './traceparent.ts';

type Schemas<P extends z.ZodType, Q extends z.ZodType, H extends z.ZodType, B extends z.ZodType> = {
  readonly params?: P;
  readonly query?: Q;
  /** Names in lower case. */
  readonly headers?: H;
  readonly body?: B;
  /** A good body. Ids in it are `exampleId`, in whose place tests put real ones. */
  readonly example?: z.input<B>;
};

type Described = {
  readonly access: Access;
  readonly summary: string;
  /** Beside the problems that any endpoint may answer with. */
  readonly refuses: readonly ProblemCode[];
  readonly answers: {
    readonly status: number;
    readonly body: z.ZodType;
    /** Beside the headers that any answer of its kind has: their names and descriptions. */
    readonly headers?: Readonly<Record<string, string>>;
    /** Descriptions of other statuses that come with the same body. */
    readonly otherwise?: Readonly<Record<number, string>>;
  };
};

/** A request that was admitted and is valid. */
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
};

type Handled<P extends z.ZodType, Q extends z.ZodType, H extends z.ZodType, B extends z.ZodType> = {
  /** Throws ServiceUnavailable. */
  handle(services: Services, received: Received<P, Q, H, B>): Promise<Answer>;
};

/** One endpoint of the API: what it takes and answers, and how. Everything that is said of it elsewhere comes from here. */
export type Endpoint<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  H extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
> = Described &
  Schemas<P, Q, H, B> &
  Handled<P, Q, H, B> & {
    readonly method: 'GET' | 'POST' | 'DELETE';
    /** Below `api/`, with `{parameters}`. */
    readonly route: string;
  };

/** Endpoints by their names, which never change: idempotency keys are compared by them. */
export type EndpointTable = Readonly<Record<string, Endpoint>>;

export type NamedEndpoint = Endpoint & {
  readonly name: string;
  /** From the root, without a slash in front. */
  readonly path: string;
};

type Place = { readonly get: string } | { readonly post: string } | { readonly delete: string };

/** A row of a table of endpoints, such as `{ get: 'accounts/{id}', … }`. */
export const endpoint = <P extends z.ZodType, Q extends z.ZodType, H extends z.ZodType, B extends z.ZodType>(
  row: Place & Described & Schemas<P, Q, H, B> & Handled<P, Q, H, B>,
): Endpoint<P, Q, H, B> => ({ ...row, ...placeOf(row) });

type GivenHeaders = typeof queryHeaders;

/** An endpoint whose answer has an ETag, which callers may compare by `If-None-Match`. */
export const query = <P extends z.ZodType, Q extends z.ZodType>(
  row: { readonly get: string } & Described &
    Pick<Schemas<P, Q, GivenHeaders, z.ZodType>, 'params' | 'query'> &
    Handled<P, Q, GivenHeaders, z.ZodType>,
): Endpoint<P, Q, GivenHeaders> => endpoint({ ...row, headers: queryHeaders });

const placeOf = (place: Place): Pick<Endpoint, 'method' | 'route'> => {
  if ('get' in place) return { method: 'GET', route: place.get };
  if ('post' in place) return { method: 'POST', route: place.post };
  return { method: 'DELETE', route: place.delete };
};
