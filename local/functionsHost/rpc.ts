/**
 * The shapes of the Functions RPC protocol that the host and `@azure/functions` exchange, as far as this host speaks it.
 * The library reads absent members as unset, so no member is ever `undefined` on purpose.
 */

/** A 64-bit integer as the protocol's JavaScript binding has it: in two halves, never as a number. */
export type Sint64 = { readonly low: number; readonly high: number; readonly unsigned: boolean };

/** One value. Exactly one member is set; no member means null. */
export type TypedData = {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly int?: number;
  readonly double?: number;
  readonly http?: RpcHttp;
  readonly collectionString?: { readonly string: readonly string[] };
  readonly collectionSint64?: { readonly sint64: readonly Sint64[] };
};

export type NullableMap = Readonly<Record<string, { readonly value: string }>>;

/** An HTTP request (method, url, nullable maps) or response (statusCode, headers, cookies). */
export type RpcHttp = {
  readonly method?: string;
  readonly url?: string;
  readonly nullableHeaders?: NullableMap;
  readonly nullableParams?: NullableMap;
  readonly nullableQuery?: NullableMap;
  readonly body?: TypedData | null;
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly RpcCookie[];
};

type Nullable<T> = { readonly value?: T | null } | null;

export type RpcCookie = {
  readonly name: string;
  readonly value: string;
  readonly domain?: Nullable<string>;
  readonly path?: Nullable<string>;
  readonly expires?: Nullable<{ readonly seconds?: number; readonly nanos?: number }>;
  readonly secure?: Nullable<boolean>;
  readonly httpOnly?: Nullable<boolean>;
  /** `none` is "not set"; SameSite=None is `explicitNone`. */
  readonly sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
  readonly maxAge?: Nullable<number>;
};

export type TraceContext = {
  readonly traceParent: string;
  readonly traceState: string;
  readonly attributes: Readonly<Record<string, string>>;
};

export type RetryContext = {
  readonly retryCount: number;
  readonly maxRetryCount: number;
  readonly exception: { readonly source: string; readonly stackTrace: string; readonly message: string };
};

/** One binding as the app registered it: the members named here, and the options of its type. */
export type Binding = {
  readonly type: string;
  readonly direction: 'in' | 'out' | 'inout';
  readonly name?: string;
  readonly [option: string]: unknown;
};

export type FunctionMetadata = {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: unknown;
};

export type FunctionCallback = (...inputs: unknown[]) => unknown;

export type InvocationState = 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;

export type RpcLog = (level: string, category: string, message: string) => void;

export type CoreInvocationContext = {
  readonly invocationId: string;
  readonly metadata: FunctionMetadata;
  readonly request: {
    readonly invocationId: string;
    readonly functionId: string;
    readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
    readonly triggerMetadata: Readonly<Record<string, TypedData>>;
    readonly traceContext?: TraceContext;
    readonly retryContext?: RetryContext;
  };
  state: InvocationState;
  readonly log: RpcLog;
};

export type InvocationResponse = {
  readonly outputData?: readonly { readonly name: string; readonly data: TypedData }[];
  readonly returnValue?: TypedData | null;
};

/** How the library runs one invocation; `context` is opaque to the host. */
export type InvocationModel = {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
};

export type Capabilities = Record<string, string>;

export type ProgrammingModel = {
  readonly name: string;
  readonly version: string;
  getCapabilities(defaults: Capabilities): Promise<Capabilities>;
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
};
