import { parseArgs } from 'node:util';

export type StartOptions = {
  /** Path of the app's entry. */
  readonly app: string;
  /** Path of the topology file. */
  readonly topology: string;
  /** Ports; 0 for a free one. */
  readonly port: number;
  readonly cosmosPort: number;
  readonly serviceBusPort: number;
  /** The folder in which the services keep their data. */
  readonly data: string;
  /** Whether to begin without the data of earlier runs. */
  readonly fresh: boolean;
  /** Whether to print one line of JSON for programs when all is ready. */
  readonly readyJson: boolean;
};

export const usage = `Runs a function app with the Azure services that it needs, on this machine.

  --app <path>              the app's entry (required)
  --topology <path>         the containers, topics and subscriptions to create (required)
  --port <n>                port of the app (7071)
  --cosmos-port <n>         port of Cosmos DB (8081)
  --servicebus-port <n>     port of Service Bus (5672)
  --data <folder>           where the services keep their data (.daybook)
  --fresh                   begin without the data of earlier runs
  --ready-json              print one line of JSON when all is ready, for programs
  --help                    show this

A port of 0 is a free one.`;

const toPort = (text: string, flag: string): number => {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new Error(`${flag} takes a number from 0 to 65535, not "${text}".`);
  return port;
};

const required = (value: string | undefined, flag: string): string => {
  if (value === undefined || value === '') throw new Error(`${flag} is missing.`);
  return value;
};

/** Reads the command line. Throws an Error that says what is wrong with it. */
export const parseArguments = (given: readonly string[]): StartOptions | 'help' => {
  const { values } = parseArgs({
    args: [...given],
    options: {
      app: { type: 'string' },
      topology: { type: 'string' },
      port: { type: 'string', default: '7071' },
      'cosmos-port': { type: 'string', default: '8081' },
      'servicebus-port': { type: 'string', default: '5672' },
      data: { type: 'string', default: '.daybook' },
      fresh: { type: 'boolean', default: false },
      'ready-json': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    app: required(values.app, '--app'),
    topology: required(values.topology, '--topology'),
    port: toPort(values.port, '--port'),
    cosmosPort: toPort(values['cosmos-port'], '--cosmos-port'),
    serviceBusPort: toPort(values['servicebus-port'], '--servicebus-port'),
    data: required(values.data, '--data'),
    fresh: values.fresh,
    readyJson: values['ready-json'],
  };
};
