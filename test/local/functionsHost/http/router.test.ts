import { describe, expect, it } from 'vitest';
import { createRouter, type HttpFunction } from '../../../../local/functionsHost/http/router.ts';

const httpFunction = (name: string, route: string, ...methods: string[]): HttpFunction => ({
  name,
  metadata: { name, bindings: {} },
  callback: () => undefined,
  triggerBinding: 'request',
  trigger: { kind: 'http', route, methods, authLevel: 'anonymous' },
  outputs: [],
});

const hidden = (...functions: HttpFunction[]): readonly string[] => createRouter(functions, 'api').warnings;

describe('a router', () => {
  it('serves every method for a function that names none', () => {
    const { match } = createRouter([httpFunction('any', 'x')], 'api');
    expect(match('PATCH', '/api/x')?.target.name).toBe('any');
  });

  it('works without a prefix', () => {
    const { match } = createRouter([httpFunction('root', '', 'GET'), httpFunction('x', 'x', 'GET')], '');
    expect([match('GET', '/')?.target.name, match('GET', '/x')?.target.name]).toEqual(['root', 'x']);
  });

  it('gives / to the route that takes nothing else, before a catch-all, by whatever methods they have', () => {
    const { match } = createRouter(
      [httpFunction('all', '{*path}'), httpFunction('root', '{_:maxlength(0)?}', 'GET')],
      '',
    );
    expect([match('GET', '/')?.target.name, match('POST', '/')?.target.name]).toEqual(['root', 'all']);
  });

  it('says which function has a bad route', () =>
    expect(() => createRouter([httpFunction('bad', 'a//b')], 'api')).toThrow(/^bad: Route "api\/a\/\/b"/));
});

describe('a warning about the order of routes in Azure', () => {
  it('names what a general function would hide, since its name comes first', () =>
    expect(
      hidden(
        httpFunction('all', '{*rest}', 'GET'),
        httpFunction('one', 'one', 'GET'),
        httpFunction('two', 'two', 'GET'),
      ),
    ).toEqual([expect.stringContaining('all (api/{*rest}) would answer what this host gives to one, two') as string]));

  it('is not given if the special function comes first by name', () =>
    expect(hidden(httpFunction('zz', '{*rest}', 'GET'), httpFunction('one', 'one', 'GET'))).toEqual([]));

  it.each([
    ['they share no method', httpFunction('a', '{x}', 'GET'), httpFunction('b', 'y', 'POST')],
    ['they share no path', httpFunction('a', 'x/{id}', 'GET'), httpFunction('b', 'y/z', 'GET')],
    ['a constraint keeps them apart', httpFunction('a', 'x/{id:int}', 'GET'), httpFunction('b', 'x/recent', 'GET')],
    ['their lengths differ', httpFunction('a', '{x}', 'GET'), httpFunction('b', 'y/z', 'GET')],
  ])('is not given if %s', (_, a, b) => expect(hidden(a, b)).toEqual([]));
});
