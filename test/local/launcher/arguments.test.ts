import { describe, expect, it } from 'vitest';
import { parseHostArguments, parseStartArguments } from '../../../local/launcher/arguments.ts';

describe('the command line', () => {
  it('has defaults for all flags', () =>
    expect(parseStartArguments([])).toEqual({
      app: 'functions/main.ts',
      topology: 'infra/topology.json',
      port: undefined,
      cosmosPort: 8081,
      serviceBusPort: 5672,
      storagePort: 10_000,
      mailPort: 8_025,
      smtpPort: 1_025,
      storage: false,
      data: '.daybook',
      durability: 'normal',
      cosmosLagMs: 0,
      cosmosPartitions: 1,
      fresh: false,
      demo: 'demo/forLauncher.ts',
      watch: false,
      verbose: false,
      docker: false,
      keys: undefined,
      allowedHosts: [],
      readyJson: false,
    }));

  it('takes the last of repeated flags, so that a script can be given others', () =>
    expect(parseStartArguments(['--port', '1', '--port', '2'])).toMatchObject({ port: 2 }));

  it('takes further hosts, each with or without a port', () =>
    expect(parseStartArguments(['--allow-host', 'Box.local:7071', '--allow-host', '[fd00::1]'])).toMatchObject({
      allowedHosts: ['box.local:7071', '[fd00::1]'],
    }));

  it('asks for help before all else', () => {
    expect(parseStartArguments(['--help', '--port', 'x'])).toBe('help');
    expect(parseHostArguments(['--help', '--port', 'x'])).toBe('help');
  });

  it.each([
    [['--app', ''], '--app is missing.'],
    [['--topology', ''], '--topology is missing.'],
    [['--port', '65536'], '--port takes a number from 0 to 65535, not "65536".'],
    [['--cosmos-port', '-1'], '--cosmos-port'],
    [['--servicebus-port', '1.5'], '--servicebus-port takes a number'],
    [['--storage-port', 'x'], '--storage-port takes a number'],
    [['--allow-host', 'http://box.local'], '--allow-host takes a name'],
    [['--durability', 'some'], '--durability is normal or full, not "some".'],
    [['--cosmos-lag-ms', '600001'], '--cosmos-lag-ms takes a number from 0 to 600000, not "600001".'],
    [['--cosmos-partitions', '0'], '--cosmos-partitions takes a number from 1 to 100, not "0".'],
    [['--colour'], "Unknown option '--colour'"],
    [['more'], "Unexpected argument 'more'"],
  ])('%j is refused: %s', (args, reason) => expect(() => parseStartArguments(args)).toThrow(reason));
});

describe('the command line of the app alone', () => {
  it('has defaults for all flags', () =>
    expect(parseHostArguments([])).toEqual({
      app: 'functions/main.ts',
      allowedHosts: [],
      port: undefined,
      data: undefined,
      watch: false,
      verbose: false,
      keys: undefined,
      readyJson: false,
    }));

  it.each([
    [['--app', ''], '--app is missing.'],
    [['--topology', 't'], "Unknown option '--topology'"],
  ])('%j is refused: %s', (args, reason) => expect(() => parseHostArguments(args)).toThrow(reason));
});
