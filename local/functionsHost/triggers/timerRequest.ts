import type { HostFunction, TimerTrigger } from '../hostFunction.ts';
import type { InvocationRequest } from '../invocation.ts';
import { jsonData } from '../typedData.ts';
import type { ScheduleStatus } from './timerRecord.ts';

export type TimerFunction = HostFunction<TimerTrigger>;

/** .NET's DateTime.MinValue stands for a run that has not happened yet. */
const never = '0001-01-01T00:00:00+00:00';

const timestamp = (time: number | undefined): string =>
  time === undefined ? never : new Date(time).toISOString().replace('Z', '+00:00');

/** The request that a timer makes of its function. A timer that is not monitored has no status. */
export const timerRequest = (status: ScheduleStatus | undefined, pastDue: boolean): InvocationRequest => ({
  input: jsonData({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: status
      ? { Last: timestamp(status.last), Next: timestamp(status.next), LastUpdated: timestamp(status.updated) }
      : null,
    IsPastDue: pastDue,
  }),
});
