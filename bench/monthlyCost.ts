import topology from '../infra/topology.json' with { type: 'json' };
import { switchedOn } from '../application/subscriptions/listener.ts';
import { account } from '../domain/account/account.ts';
import { views } from '../projections/registry.ts';
import { printTable } from './table.ts';

/**
 * A model of the monthly bill in US dollars. All of its numbers are named here. List prices are those assumed in November 2026 for one
 * region of the United States; docs/deploy.md says where to find today's.
 */
const listPrice = {
  gigabyteSecond: 0.000026,
  gigabyteSecondReady: 0.000004,
  gigabyteSecondOnReady: 0.000016,
  millionExecutions: 0.4,
  millionUnits: 0.25,
  hundredUnitsForAnHour: 0.012,
  storedGigabyte: 0.25,
  backedUpGigabyte: 0.2,
  standardBase: 9.81,
  /** The price of a million operations, up to so many millions. */
  standardOperations: [
    { upTo: 13, million: 0 },
    { upTo: 100, million: 0.8 },
    { upTo: 2_500, million: 0.5 },
    { upTo: Infinity, million: 0.2 },
  ],
  premiumUnit: 677,
  loggedGigabyte: 2.3,
  privateEndpoint: 7.3,
  privateZone: 0.5,
  logAlert: 1.5,
  metricAlert: 0.1,
  hostStorage: 2,
};
const free = { gigabyteSeconds: 100_000, millionExecutions: 0.25, loggedGigabytes: 5 };

/** Measured on the embedded services, except where it says assumed. Request units are modelled: docs/benchmarks.md. */
const work = {
  unitsOfCommand: 5.1,
  /** One event in one view: read its row, write it. */
  unitsInView: 7.25,
  /**
   * In a minute: the relay's reads of the feed, and two pages of the reconciler, with fifty accounts or more, of which it folds four
   * rows of some 20 events anew; two passes over the invariants, without receipts.
   */
  unitsOfTimers: 2_280,
  /** The reconciler looks once at each changed account, as many as its time allows. Assumed: each command has another account. */
  unitsOfLooking: 4.1,
  unitsOfLookingAtMost: 20_000,
  /** Assumed: a commit, its rows in the views, their index. */
  storedKilobytes: 3,
  /** The app sends each message at once, and the relay again. Duplicate detection drops the second, but Azure bills it. */
  sends: 2,
  /** Assumed: the host reports every invocation. */
  reportedKilobytes: 1,
  /** Assumed: the size of a command's whole trace. */
  tracedKilobytes: 5,
  /** Assumed: commands, or events for all views, that an instance handles in a second. */
  perSecond: 200,
  /** Assumed: how many messages an instance takes from a busy subscription at once. */
  batch: 50,
};
const month = { seconds: 730 * 3_600, minutes: 730 * 60, hours: 730 };

/** The switched listeners that infra/main.bicep has on unless a parameter says otherwise. */
const switches: readonly string[] = ['webhooks'];
/** Those to which the events of accounts are delivered. */
const subscriptions = topology.serviceBus.topics
  .flatMap((topic) => switchedOn(topic.subscriptions, switches))
  .filter(({ rules }) =>
    rules.some(({ properties }) => 'aggregate' in properties && properties.aggregate === 'account'),
  );
const ownViews = views.filter(({ follows }) => follows.includes(account.name));

type Environment = {
  readonly name: string;
  readonly memoryGb: number;
  readonly ready: number;
  readonly isServerless: boolean;
  readonly minimumUnits: number;
  readonly hasPremium: boolean;
  readonly privateEndpoints: number;
  readonly backup: boolean;
  readonly tracesKept: number;
};

/** The environments as infra/dev.bicepparam and infra/production.bicepparam define them. */
const environments: readonly Environment[] = [
  {
    name: 'dev',
    memoryGb: 0.5,
    ready: 0,
    isServerless: true,
    minimumUnits: 0,
    hasPremium: false,
    privateEndpoints: 0,
    backup: false,
    tracesKept: 1,
  },
  {
    name: 'production',
    memoryGb: 2,
    ready: 2,
    isServerless: false,
    minimumUnits: 1_000,
    hasPremium: true,
    privateEndpoints: 6,
    backup: true,
    tracesKept: 0.1,
  },
];

/** Seconds for which Azure bills the instances of one group of functions: at least one for each execution. */
const busySeconds = (perSecond: number): number =>
  perSecond < 1 ? perSecond * month.seconds : Math.ceil(perSecond / work.perSecond) * month.seconds;

const operationsPrice = (millions: number): number => {
  let [total, from] = [0, 0];
  for (const { upTo, million } of listPrice.standardOperations) {
    total += Math.max(0, Math.min(millions, upTo) - from) * million;
    from = upTo;
  }
  return total;
};

const costOf = (environment: Environment, perMinute: number) => {
  const { memoryGb, ready, isServerless, minimumUnits, hasPremium, privateEndpoints, backup, tracesKept } = environment;
  const perSecond = perMinute / 60;
  const commands = (perMinute * month.minutes) / 1e6;

  const commandSeconds = Math.max(0, busySeconds(perSecond) - ready * month.seconds);
  const timers = 1 / 5 + 1 / 5 + 1 / 10 + 1 / 30;
  const elsewhere =
    busySeconds(Math.max(timers, Math.min(1, perSecond))) + subscriptions.length * busySeconds(perSecond);
  const gigabyteSeconds = Math.max(0, (commandSeconds + elsewhere) * memoryGb - free.gigabyteSeconds);
  const executions =
    commands + (subscriptions.length * commands) / (perSecond < 1 ? 1 : work.batch) + (timers * month.seconds) / 1e6;
  const onReady = Math.min(busySeconds(perSecond), ready * month.seconds) * memoryGb;
  const functions =
    gigabyteSeconds * listPrice.gigabyteSecond +
    ready * month.seconds * memoryGb * listPrice.gigabyteSecondReady +
    onReady * listPrice.gigabyteSecondOnReady +
    Math.max(0, executions - free.millionExecutions) * listPrice.millionExecutions;

  const looking = Math.min(perMinute * work.unitsOfLooking, work.unitsOfLookingAtMost);
  const units = perMinute * (work.unitsOfCommand + ownViews.length * work.unitsInView) + looking + work.unitsOfTimers;
  const stored = commands * work.storedKilobytes;
  const cosmos = isServerless
    ? (units * month.minutes * listPrice.millionUnits) / 1e6
    : (Math.max(minimumUnits, units / 60) / 100) * listPrice.hundredUnitsForAnHour * month.hours;

  const operations = commands * (work.sends + subscriptions.length);
  const messagingUnits = perMinute > 50_000 ? 8 : 1;
  const serviceBus = hasPremium
    ? messagingUnits * listPrice.premiumUnit
    : listPrice.standardBase + operationsPrice(operations);

  return {
    functions,
    'Cosmos DB units': cosmos,
    'Cosmos DB storage': stored * (listPrice.storedGigabyte + (backup ? listPrice.backedUpGigabyte : 0)),
    'Service Bus': serviceBus,
    logs:
      Math.max(
        0,
        commands * tracesKept * work.tracedKilobytes + executions * work.reportedKilobytes - free.loggedGigabytes,
      ) * listPrice.loggedGigabyte,
    'alerts, storage, network':
      7 * listPrice.logAlert +
      4 * listPrice.metricAlert +
      listPrice.hostStorage +
      privateEndpoints * (listPrice.privateEndpoint + listPrice.privateZone),
  };
};

const loads = [0, 10, 1_000, 100_000];
const loadNames = ['idle', ...loads.slice(1).map((load) => `${load.toLocaleString('en')} a minute`)];
const dollars = (value: number): string => Math.round(value).toLocaleString('en');

/** Returns the bill of each environment. Each line has a name, and dollars for each load. */
export const monthlyCosts = () =>
  environments.map((environment) => {
    const bills = loads.map((perMinute) => Object.entries(costOf(environment, perMinute)));
    const totals = bills.map((bill) => bill.reduce((sum, [, value]) => sum + value, 0));
    const lines = (bills[0] ?? []).map(([line], index) => [
      line,
      ...bills.map((bill) => dollars(bill[index]?.[1] ?? 0)),
    ]);
    return { name: environment.name, loads: loadNames, lines: [...lines, ['**in all**', ...totals.map(dollars)]] };
  });

export const price = (): void => {
  for (const { name, loads, lines } of monthlyCosts()) {
    printTable(
      `${name}: US dollars a month, by commands`,
      lines.map((cells) => Object.fromEntries(cells.map((cell, index) => [['', ...loads][index] ?? '', cell]))),
    );
  }
};
