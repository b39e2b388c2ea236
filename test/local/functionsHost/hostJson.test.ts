import { describe, expect, it } from 'vitest';
import { parseHostJson } from '../../../local/functionsHost/hostJson.ts';
import { parseTimeSpan } from '../../../local/functionsHost/timeSpan.ts';

describe('host.json', () => {
  it('has the defaults of Azure', () =>
    expect(parseHostJson({ version: '2.0' })).toEqual({
      hostJson: {
        version: '2.0',
        logging: { logLevel: { default: 'information' } },
        extensions: {
          http: { routePrefix: 'api' },
          serviceBus: {
            maxConcurrentCalls: 16,
            maxMessageBatchSize: 1000,
            minMessageBatchSize: 1,
            maxBatchWaitTime: 30_000,
            autoCompleteMessages: true,
            maxAutoLockRenewalDuration: 300_000,
            prefetchCount: 0,
            maxConcurrentSessions: 8,
            maxConcurrentCallsPerSession: 1,
            sessionIdleTimeout: 60_000,
          },
          queues: {
            maxPollingInterval: 60_000,
            visibilityTimeout: 0,
            batchSize: 16,
            newBatchThreshold: 8,
            maxDequeueCount: 5,
            messageEncoding: 'base64',
          },
        },
      },
      warnings: [],
    }));

  it('takes time spans and levels as they are written', () => {
    const { hostJson } = parseHostJson({
      version: '2.0',
      logging: { logLevel: { default: 'Warning' } },
      extensions: { serviceBus: { maxAutoLockRenewalDuration: '00:10:00' } },
    });
    expect(hostJson.logging.logLevel.default).toBe('warning');
    expect(hostJson.extensions.serviceBus.maxAutoLockRenewalDuration).toBe(600_000);
  });

  it('names all that it does not know in one warning', () =>
    expect(
      parseHostJson({
        version: '2.0',
        functionTimeout: '00:05:00',
        extensionBundle: { id: 'x' },
        logging: { applicationInsights: { samplingSettings: {} }, console: true },
        extensions: {
          blobs: { maxDegreeOfParallelism: 1 },
          http: { routePrefix: 'v1', dynamicThrottlesEnabled: true },
        },
      }).warnings,
    ).toEqual([
      'host.json: not supported here and ignored: functionTimeout, logging.console, extensions.blobs, extensions.http.dynamicThrottlesEnabled',
    ]));

  it.each([
    { telemetryMode: 'OpenTelemetry' },
    { telemetryMode: 'ApplicationInsights', logging: { applicationInsights: { samplingSettings: {} } } },
  ])('takes settings of telemetry without a word: %j', (given) =>
    expect(parseHostJson({ version: '2.0', ...given }).warnings).toEqual([]),
  );

  it('warns of what it knows and does not do', () =>
    expect(parseHostJson({ version: '2.0', extensions: { serviceBus: { prefetchCount: 5 } } }).warnings).toHaveLength(
      1,
    ));

  it.each([
    [{}, 'must be "2.0"'],
    [{ version: '2.0', extensions: { serviceBus: { maxMessageBatchSize: 0 } } }, 'maxMessageBatchSize'],
    [
      { version: '2.0', extensions: { serviceBus: { maxMessageBatchSize: 5, minMessageBatchSize: 6 } } },
      'is more than maxMessageBatchSize',
    ],
    [{ version: '2.0', extensions: { serviceBus: { maxAutoLockRenewalDuration: '5 min' } } }, 'is not a time span'],
    [{ version: '2.0', extensions: { queues: { batchSize: 33 } } }, 'batchSize'],
    [{ version: '2.0', logging: { logLevel: { default: 'Loud' } } }, 'is not a log level'],
    [{ version: '2.0', telemetryMode: 'Telegraph' }, 'telemetryMode'],
  ])('%j is refused: %s', (given, reason) => expect(() => parseHostJson(given)).toThrow(reason));
});

describe('a time span', () => {
  it.each([
    ['00:00:30', 30_000],
    ['1.02:00:00', 93_600_000],
    ['00:01', 60_000],
    ['00:00:00.5', 500],
    ['24:00:00', undefined],
    ['0 */5 * * * *', undefined],
  ])('%s is %s ms', (text, ms) => expect(parseTimeSpan(text)).toBe(ms));
});
