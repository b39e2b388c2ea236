import { logs, SeverityNumber } from '@opentelemetry/api-logs';
import type { Log } from '../../application/log.ts';

const severities = { info: SeverityNumber.INFO, warn: SeverityNumber.WARN, error: SeverityNumber.ERROR };

/** Writes log records into the trace under way. */
export const openLog = (): Log => {
  const logger = logs.getLogger('daybook');
  return (level, message, ids = {}) =>
    logger.emit({
      severityNumber: severities[level],
      severityText: level.toUpperCase(),
      body: message,
      attributes: Object.fromEntries(Object.entries(ids).map(([name, id]) => [`daybook.${name}`, id])),
    });
};
