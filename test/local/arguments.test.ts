import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../local/arguments.ts';

const needed = ['--app', 'main.ts', '--topology', 'topology.json'];

describe('the command line', () => {
  it('has defaults for all but the app and its topology', () =>
    expect(parseArguments(needed)).toEqual({
      app: 'main.ts',
      topology: 'topology.json',
      port: 7071,
      cosmosPort: 8081,
      serviceBusPort: 5672,
      data: '.daybook',
      fresh: false,
      readyJson: false,
    }));

  it('takes the last of repeated flags, so that a script can be given others', () =>
    expect(parseArguments([...needed, '--port', '1', '--port', '2'])).toMatchObject({ port: 2 }));

  it('asks for help before all else', () => expect(parseArguments(['--help', '--port', 'x'])).toBe('help'));

  it.each([
    [['--app', 'x'], '--topology is missing.'],
    [[...needed, '--port', '65536'], '--port takes a number from 0 to 65535, not "65536".'],
    [[...needed, '--cosmos-port', '-1'], '--cosmos-port'],
    [[...needed, '--servicebus-port', '1.5'], '--servicebus-port takes a number'],
    [[...needed, '--colour'], "Unknown option '--colour'"],
    [[...needed, 'more'], "Unexpected argument 'more'"],
  ])('%j is refused: %s', (args, reason) => expect(() => parseArguments(args)).toThrow(reason));
});
