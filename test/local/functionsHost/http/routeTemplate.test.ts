import { describe, expect, it } from 'vitest';
import {
  compareRoutes,
  matchRoute,
  parseRouteTemplate,
  pathSegments,
} from '../../../../local/functionsHost/http/routeTemplate.ts';

const match = (template: string, path: string) => matchRoute(parseRouteTemplate(template), pathSegments(path));
const sorted = (...templates: string[]): string[] =>
  templates
    .map(parseRouteTemplate)
    .toSorted(compareRoutes)
    .map(({ text }) => text);

describe('matching a path', () => {
  it.each([
    ['api/accounts', '/api/accounts', {}],
    ['api/accounts', '/API/Accounts/', {}],
    ['api/accounts', '/api/accounts//', undefined],
    ['api/accounts', '/api/accounts/x', undefined],
    ['api/{id}', '/api/x', { id: 'x' }],
    ['api/{id}', '/api/', undefined],
    ['api/{id}/events', '/api//events', undefined],
    ['api/{id?}', '/api', {}],
    ['api/{id?}', '/api/x', { id: 'x' }],
    ['api/{a?}/{b?}', '/api/x', { a: 'x' }],
    ['api/{*path}', '/api', {}],
    ['api/{*path}', '/api/a/b%20c', { path: 'a/b c' }],
    ['{**path}', '/', {}],
    ['{*path:alpha}', '/', undefined],
    ['{page?}', '/', {}],
    ['{page:alpha?}', '/', {}],
    ['{page:alpha?}', '/1', undefined],
    ['{ignored:maxlength(0)?}', '/', {}],
    ['{ignored:maxlength(0)?}', '/x', undefined],
    ['{ignored:maxlength(0)}', '/', undefined],
    ['', '/', {}],
    ['', '/x', undefined],
  ])('%s against %s', (template, path, params) => expect(match(template, path)).toEqual(params));

  it.each([
    ['int', ['1', '-7', '2147483647'], ['', 'x', '1.5', '2147483648']],
    ['long', ['9223372036854775807'], ['9223372036854775808', '1e3']],
    ['guid', ['0192f0c1-2a3b-7c4d-8e5f-60718293a4b5', '0192F0C12A3B7C4D8E5F60718293A4B5'], ['0192f0c1', 'x']],
    ['bool', ['true', 'False'], ['yes']],
    ['alpha', ['abc'], ['ab1']],
    ['double', ['1', '-1.5', '1e3'], ['one']],
    ['datetime', ['2026-11-20'], ['soon']],
    ['min(5)', ['5', '6'], ['4', 'x']],
    ['max(5)', ['5', '-6'], ['6']],
    ['range(1,3)', ['1', '3'], ['0', '4']],
    ['length(3)', ['abc'], ['ab', 'abcd']],
    ['length(1,2)', ['a', 'ab'], ['abc']],
    ['minlength(2)', ['ab'], ['a']],
    ['maxlength(2)', ['ab'], ['abc']],
    ['regex(^a:b?$)', ['a:', 'A:B'], ['ab']],
    ['int:min(3)', ['3'], ['2', 'x']],
  ])('{value:%s} takes %j and not %j', (constraint, good, bad) => {
    const taken = (value: string): boolean =>
      matchRoute(parseRouteTemplate(`{value:${constraint}}`), [value]) !== undefined;
    expect(good.filter((value) => !taken(value))).toEqual([]);
    expect(bad.filter(taken)).toEqual([]);
  });

  it('leaves percent signs that encode nothing, and encoded slashes', () =>
    expect(pathSegments('/100%/a%2Fb/%zz')).toEqual(['100%', 'a%2Fb', '%zz']));
});

describe('precedence', () => {
  it('is literal, constrained parameter, parameter, catch-all', () =>
    expect(sorted('{*rest}', 'items/{id}', '{*rest:alpha}', 'items/{id:int}', 'items/recent', '{any}/recent')).toEqual([
      'items/recent',
      'items/{id:int}',
      'items/{id}',
      '{any}/recent',
      '{*rest:alpha}',
      '{*rest}',
    ]));

  it('of the routes that take / is the same', () =>
    expect(sorted('{*rest}', '{page?}', '{ignored:maxlength(0)?}')).toEqual([
      '{ignored:maxlength(0)?}',
      '{page?}',
      '{*rest}',
    ]));
});

describe('a template that cannot be', () => {
  it.each([
    ['/leading', 'a segment is empty'],
    ['a//b', 'a segment is empty'],
    ['{a}/{A}', 'a parameter is named twice'],
    ['{*rest}/more', 'a catch-all parameter must come last'],
    ['{*rest?}', 'a catch-all parameter cannot be optional'],
    ['{a?}/b', 'an optional parameter must come last'],
    ['{a:nothing}', '"nothing" is not a known route constraint'],
    ['{a:min(x)}', '"min(x)" is not a known route constraint'],
    ['{name}.{extension}', 'is not a parameter that this host supports'],
    ['v{major}', 'a segment is either plain text or one {parameter}'],
    ['{a=5}', 'is not a parameter that this host supports'],
  ])('%s is refused: %s', (template, reason) => expect(() => parseRouteTemplate(template)).toThrow(reason));
});
