/** The part of autocannon 9 that the benches use. */
declare module 'autocannon' {
  type Request = { method: 'GET' | 'POST'; path: string; headers?: Record<string, string>; body?: string };
  type Options = {
    url: string;
    connections: number;
    duration: number;
    /** Requests a second, of all connections together. */
    overallRate?: number;
    requests: { setupRequest: (request: Request) => Request }[];
  };
  type Result = {
    requests: { average: number; total: number; sent: number };
    '2xx': number;
    non2xx: number;
    errors: number;
    duration: number;
  };
  /** `ms`: with its fractions, unlike `latency`. */
  type OnResponse = (client: unknown, status: number, bytes: number, ms: number) => void;
  type Run = Promise<Result> & { on(event: 'response', listener: OnResponse): void };
  function autocannon(options: Options): Run;
  export default autocannon;
}
