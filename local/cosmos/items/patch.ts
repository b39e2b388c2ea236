import { badRequest } from '../errors.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';

export type Patch = { readonly operations: readonly JsonObject[]; readonly condition: string | undefined };

/** Reads the body of a patch: an array of operations, or an object with a condition as well. */
export const parsePatch = (body: Json): Patch => {
  const operations = isObject(body) ? body.operations : body;
  const condition = isObject(body) ? body.condition : undefined;
  if (!Array.isArray(operations) || !operations.every(isObject)) throw badRequest('The patch has no operations.');
  if (operations.length === 0 || operations.length > 10) throw badRequest('A patch has 1 to 10 operations.');
  if (condition !== undefined && typeof condition !== 'string') throw badRequest('The condition is not a string.');
  return { operations, condition };
};

/** Applies the operations in order to a copy of the document; throws 400 for an operation that is not possible. */
export const applyPatch = (document: JsonObject, operations: readonly JsonObject[]): JsonObject => {
  const patched = structuredClone(document);
  for (const operation of operations) applyOperation(patched, operation);
  return patched;
};

const applyOperation = (document: JsonObject, operation: JsonObject): void => {
  const { op } = operation;
  if (op === 'remove') remove(locate(document, operation.path));
  else if (op === 'move') move(document, operation);
  else write(locate(document, operation.path), op, operation.value);
};

const move = (document: JsonObject, { from, path }: JsonObject): void => {
  const source = locate(document, from);
  const moved = existing(source);
  remove(source);
  insert(locate(document, path), moved);
};

const write = (target: Target, op: Json | undefined, value: Json | undefined): void => {
  if (value === undefined) throw badRequest(`The patch operation on '${target.path}' has no value.`);
  switch (op) {
    case 'add':
      insert(target, value);
      break;
    case 'replace':
      existing(target);
      assign(target, value);
      break;
    case 'set':
      assign(target, value);
      break;
    case 'incr':
      increment(target, value);
      break;
    default:
      throw badRequest(`The patch operation ${JSON.stringify(op)} is not supported.`);
  }
};

const systemProperties = new Set(['_rid', '_self', '_etag', '_attachments', '_ts']);

/** The object or array that a path ends in, and the last name of the path. */
type Target = { readonly owner: JsonObject | Json[]; readonly name: string; readonly path: string };

const locate = (document: JsonObject, path: Json | undefined): Target => {
  if (typeof path !== 'string' || !path.startsWith('/'))
    throw badRequest('The path of a patch operation is not valid.');
  const names = path
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (systemProperties.has(names[0] ?? '')) throw badRequest(`The patch path '${path}' is the system's own.`);
  const name = names.pop() ?? '';
  let owner: JsonObject | Json[] = document;
  for (const step of names) {
    const next: Json | undefined = read(owner, step);
    if (typeof next !== 'object' || next === null) throw badRequest(`The patch path '${path}' leads nowhere.`);
    owner = next;
  }
  return { owner, name, path };
};

const isIndex = (name: string): boolean => /^\d{1,9}$/.test(name);

const read = (owner: JsonObject | Json[], name: string): Json | undefined => {
  if (Array.isArray(owner)) return isIndex(name) ? owner[Number(name)] : undefined;
  return Object.hasOwn(owner, name) ? owner[name] : undefined;
};

const existing = ({ owner, name, path }: Target): Json => {
  const value = read(owner, name);
  if (value === undefined) throw badRequest(`The patch path '${path}' does not exist.`);
  return value;
};

const remove = (target: Target): void => {
  existing(target);
  if (Array.isArray(target.owner)) target.owner.splice(Number(target.name), 1);
  else Reflect.deleteProperty(target.owner, target.name);
};

const assign = ({ owner, name, path }: Target, value: Json): void => {
  if (!Array.isArray(owner)) {
    // An assignment would fail for a property that is called `__proto__`.
    Object.defineProperty(owner, name, { value, enumerable: true, writable: true, configurable: true });
    return;
  }
  if (name === '-') owner.push(value);
  else if (isIndex(name) && Number(name) <= owner.length) owner[Number(name)] = value;
  else throw badRequest(`The patch path '${path}' is outside its array.`);
};

/** Like `assign`, but in an array it moves the following elements up by one. */
const insert = (target: Target, value: Json): void => {
  const { owner, name, path } = target;
  if (!Array.isArray(owner) || name === '-') {
    assign(target, value);
    return;
  }
  if (!isIndex(name) || Number(name) > owner.length) throw badRequest(`The patch path '${path}' is outside its array.`);
  owner.splice(Number(name), 0, value);
};

const increment = (target: Target, by: Json): void => {
  const current = read(target.owner, target.name) ?? 0;
  if (typeof by !== 'number' || typeof current !== 'number') {
    throw badRequest(`The patch path '${target.path}' cannot be incremented: not a number.`);
  }
  assign(target, current + by);
};
