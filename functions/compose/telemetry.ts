import { record } from '../../adapters/telemetry/metrics.ts';
import { observedRequest } from '../../adapters/telemetry/observedRequest.ts';
import { spanOf } from '../../adapters/telemetry/spans.ts';
import { startTelemetry } from '../../adapters/telemetry/telemetry.ts';
import type { Log } from '../../application/log.ts';
import { continueTrace, traceOf } from '../http/traceparent.ts';
import type { Services } from '../services.ts';
import type { ContextSettings } from '../settings/contextSettings.ts';
import { telemetryTarget } from '../settings/telemetrySettings.ts';

export type ComposedTelemetry = Awaited<ReturnType<typeof composeTelemetry>>;

export const composeTelemetry = async (settings: ContextSettings) => {
  const telemetry = await startTelemetry(telemetryTarget(settings));

  const log: Log = (level, message, ids) => {
    console[level](message);
    telemetry?.log(level, message, ids);
  };

  const traceRequest: Services['traceRequest'] = ({ traceparent, tracestate, host, ...request }, work) => {
    const caller = spanOf(traceparent, tracestate);
    const continued = () => work(continueTrace(caller));
    if (!telemetry) return continued();
    return observedRequest({ ...request, ...(host ?? { traceparent, tracestate }) }, (own) =>
      own === undefined ? continued() : work(traceOf(own, caller)),
    );
  };

  return {
    isOn: telemetry !== undefined,
    log,
    traceRequest,
    /** Without telemetry it returns the port itself, which costs nothing. */
    observe: <Port>(port: Port, observed: (port: Port) => Port): Port => (telemetry ? observed(port) : port),
    recordBreaches: (invariant: string, count: number) => record('daybook.invariants', count, { invariant }),
    recordGaps: (count: number) => record('daybook.gaps', count),
    countEmail: (outcome: string) => record('daybook.emails', 1, { outcome }),
    recordStalled: (view: string) => record('daybook.stalled', 1, { view }),
    close: async () => telemetry?.close(),
  };
};
