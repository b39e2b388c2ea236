import { parseConstraint, type RouteConstraint } from './routeConstraints.ts';
import { messageOf } from '../../service/thrown.ts';

type Literal = { readonly kind: 'literal'; readonly text: string };
type Parameter = {
  readonly kind: 'parameter' | 'catchAll';
  readonly name: string;
  readonly optional: boolean;
  readonly constraints: readonly RouteConstraint[];
};
export type Segment = Literal | Parameter;

/** A route template of ASP.NET Core, as far as function apps use them: whole-segment parameters, no defaults. */
export type RouteTemplate = { readonly text: string; readonly segments: readonly Segment[] };

export type RouteParams = Readonly<Record<string, string>>;

/** Splits at a separator outside of brackets: a constraint may contain `/` or `:`. */
const splitOutside = (text: string, separator: string, open: string, close: string): string[] => {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if (character === open) depth += 1;
    if (character === close) depth -= 1;
    if (character === separator && depth === 0) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${character}`);
  }
  return parts;
};

const parseParameter = (inner: string): Parameter => {
  const [head = '', ...constraints] = splitOutside(inner, ':', '(', ')');
  const optionalMark = (constraints.at(-1) ?? head).endsWith('?');
  if (optionalMark && constraints.length > 0) constraints.push((constraints.pop() ?? '').slice(0, -1));
  const [, stars = '', name] = /^(\*{0,2})([^*?={}/]+)\??$/.exec(head) ?? [];
  if (name === undefined) throw new Error(`"{${inner}}" is not a parameter that this host supports`);
  return {
    kind: stars === '' ? 'parameter' : 'catchAll',
    name,
    optional: optionalMark,
    constraints: constraints.map(parseConstraint),
  };
};

const parseSegment = (text: string): Segment => {
  if (!/[{}]/.test(text)) return { kind: 'literal', text: text.toLowerCase() };
  const inner = /^\{(.+)\}$/s.exec(text)?.[1];
  if (inner === undefined) throw new Error(`"${text}": a segment is either plain text or one {parameter}`);
  return parseParameter(inner);
};

const check = (segments: readonly Segment[]): void => {
  const names = segments.flatMap((segment) => (segment.kind === 'literal' ? [] : [segment.name.toLowerCase()]));
  if (new Set(names).size < names.length) throw new Error('a parameter is named twice');
  segments.forEach((segment, index) => {
    const rest = segments.slice(index + 1);
    if (segment.kind === 'literal') {
      if (segment.text === '') throw new Error('a segment is empty');
    } else if (segment.kind === 'catchAll') {
      if (rest.length > 0) throw new Error('a catch-all parameter must come last');
      if (segment.optional) throw new Error('a catch-all parameter cannot be optional');
    } else if (segment.optional && rest.some((other) => other.kind === 'literal' || !other.optional)) {
      throw new Error('an optional parameter must come last');
    }
  });
};

/** Throws an Error that says what is wrong with the template. */
export const parseRouteTemplate = (text: string): RouteTemplate => {
  try {
    const segments = text === '' ? [] : splitOutside(text, '/', '{', '}').map(parseSegment);
    check(segments);
    return { text, segments };
  } catch (error) {
    throw new Error(`Route "${text}": ${messageOf(error)}.`, { cause: error });
  }
};

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Like ASP.NET, leaves text that is no valid encoding as it is.
    return segment;
  }
};

/** Splits a path into decoded segments, except for %2F, which would look like a separator. Ignores one slash at the end. */
export const pathSegments = (path: string): readonly string[] => {
  const segments = path.replace(/^\//, '').split('/');
  if (segments.at(-1) === '') segments.pop();
  return segments.map((segment) =>
    segment.includes('%')
      ? segment
          .split(/(%2f)/i)
          .map((part) => (/^%2f$/i.test(part) ? part : decode(part)))
          .join('')
      : segment,
  );
};

/** The parameters of a path that matches the template, or undefined. Literals match in any case. */
export const matchRoute = (template: RouteTemplate, path: readonly string[]): RouteParams | undefined => {
  const params: Record<string, string> = {};
  for (const [index, segment] of template.segments.entries()) {
    const given = path[index];
    if (segment.kind === 'literal') {
      if (given?.toLowerCase() !== segment.text) return undefined;
      continue;
    }
    const value = segment.kind === 'catchAll' ? path.slice(index).join('/') : given;
    if (value === undefined || value === '') {
      // As in ASP.NET, constraints pass over a parameter that is left out, but refuse a catch-all that is empty.
      const mayBeEmpty =
        segment.kind === 'catchAll' ? segment.constraints.length === 0 : segment.optional && given === undefined;
      if (mayBeEmpty) continue;
      return undefined;
    }
    if (!segment.constraints.every((allows) => allows(value))) return undefined;
    params[segment.name] = value;
  }
  const takesRest = template.segments.at(-1)?.kind === 'catchAll';
  return takesRest || path.length <= template.segments.length ? params : undefined;
};

const rank = (segment: Segment): number => {
  if (segment.kind === 'literal') return 1;
  const unconstrained = segment.constraints.length === 0 ? 1 : 0;
  return (segment.kind === 'parameter' ? 2 : 4) + unconstrained;
};

/** Negative if ASP.NET tries `a` before `b`: segment by segment, literal, constrained parameter, parameter, catch-all. */
export const compareRoutes = (a: RouteTemplate, b: RouteTemplate): number => {
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index += 1) {
    const [left, right] = [a.segments[index], b.segments[index]];
    const difference = (left ? rank(left) : 0) - (right ? rank(right) : 0);
    if (difference !== 0) return difference;
  }
  return 0;
};
