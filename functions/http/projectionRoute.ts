import { z } from 'zod';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import type { Page, PageKey } from '../../application/queries/ports.ts';
import { generationOf, type Projection } from '../../projections/projection.ts';
import type { EntriesRoute, Route, RowRoute, RowsRoute, SumsRoute } from '../../projections/route.ts';
import { clock, cursors, freshRows, generations, listings, slicedSums } from '../composition.ts';
import { serve } from './endpoint.ts';
import { describe, type Operation } from './operation.ts';
import { notFound } from './problem.ts';
import { answerQuery, answerWithoutRow, sourceHeader } from './query.ts';
import { atLeast, idRoute, pageOf, pageQuery, positionsFor, queryHeaders } from './schemas.ts';

/** Registers a query that a projection declares. */
export const serveRoute = (projection: Projection, route: Route): void => {
  switch (route.answers) {
    case 'row':
      serveRow(projection, route);
      break;
    case 'rows':
      serveRows(projection, route);
      break;
    case 'entries':
      serveEntries(projection, route);
      break;
    case 'sums':
      serveSums(projection, route);
      break;
  }
};

const described = ({ id, route, summary }: Route) =>
  ({ id, method: 'GET', route, summary, headers: queryHeaders }) as const;

const serveRow = (projection: Projection, route: RowRoute<unknown>): void => {
  const operation = describe({
    ...described(route),
    access: 'ownQuery',
    params: idRoute,
    query: z.strictObject({ atLeast: atLeast.optional() }),
    answer: { status: 200, body: route.body, headers: sourceHeader },
    problems: ['NotFound', 'VersionNotReached'],
  });

  serve(operation, async ({ params: { id }, query, headers, caller: { onlyFor } }) => {
    const row = await freshRows.read(projection, route.aggregate, id, positionsFor(id, query.atLeast), onlyFor);
    if (!('source' in row)) return answerWithoutRow(row);
    const body = routeIn(row.generation, route).present(id, row.found.row, row.found.positions[id] ?? 0);
    return body ? answerQuery(body, headers['if-none-match'], { source: row.source }) : notFound();
  });
};

const serveRows = (projection: Projection, route: RowsRoute<unknown>): void => {
  const operation = describe({
    ...described(route),
    access: 'query',
    query: pageOfQuery(route.query, {}),
    answer: { status: 200, body: pageBody(route.item) },
    problems: ['CursorExpired'],
  });

  serve(operation, async ({ query: { limit, cursor, ...query }, headers }) => {
    const generation = await generations.answering(projection);
    const own = routeIn(generation, route);
    const pages = pagesOf(generation, route.route, query);
    const after = pages.read(cursor);
    if ('refusal' in after) return after.refusal;
    const page = await listings.rows(generation, { ...own.find(query), after: after.key, limit });
    const body = pages.body(page, ({ key, row }) => own.present(key, row));
    return answerQuery(body, headers['if-none-match']);
  });
};

const serveEntries = (projection: Projection, route: EntriesRoute<unknown, unknown>): void => {
  const operation = describe({
    ...described(route),
    access: 'ownQuery',
    params: idRoute,
    query: pageOfQuery(route.query, { atLeast: atLeast.optional() }),
    answer: { status: 200, body: pageBody(route.item), headers: sourceHeader },
    problems: ['NotFound', 'VersionNotReached', 'CursorExpired'],
  });

  serve(operation, async ({ params: { id }, query: { limit, cursor, atLeast: asked, ...query }, headers, caller }) => {
    const positions = positionsFor(id, asked);
    const ofRoute = positions.filter(({ aggregateId }) => aggregateId === id);
    const row = await freshRows.read(projection, route.aggregate, id, ofRoute, caller.onlyFor);
    if (!('source' in row)) return answerWithoutRow(row);
    const own = routeIn(row.generation, route);
    const pages = pagesOf(row.generation, `${route.route} of ${id}`, query);
    const after = pages.read(cursor);
    if ('refusal' in after) return after.refusal;
    const known = [id, ...(own.related?.(row.found.row) ?? [])];
    const foreign = positions.find(({ aggregateId }) => !known.includes(aggregateId));
    if (foreign) return answerWithoutRow({ found: 'foreign', position: foreign });
    const ofOthers = positions.filter(({ aggregateId }) => aggregateId !== id);
    const notReached = await freshRows.firstNotReached(ofOthers);
    if (notReached) return answerWithoutRow({ found: 'notReached', position: notReached });

    const search = own.find(query, row.found.positions[id] ?? 0);
    const page = await listings.entries(row.generation, id, { ...search, after: after.key, limit });
    const body = pages.body(page, (entry) => own.present(entry));
    return answerQuery(body, headers['if-none-match'], { source: row.source });
  });
};

const serveSums = (projection: Projection, route: SumsRoute): void => {
  const operation = describe({
    ...described(route),
    access: 'query',
    query: route.query,
    answer: {
      status: 200,
      body: route.body,
      headers: {
        Age: 'Whole seconds since the oldest of the sums was added up: what is over is kept for ten minutes',
      },
    },
    problems: [],
  });

  serve(operation, async ({ query, headers }) => {
    const generation = await generations.answering(projection);
    const own = routeIn(generation, route);
    const slices = own.slices(query, clock.now());
    const { groups, ageMs } = await slicedSums.read(generation, own.sums, slices);
    return answerQuery(own.present(groups, slices, query), headers['if-none-match'], { ageMs });
  });
};

/** The same query as the generation's own code has it; a route that this lacks is of no use before the next goes live. */
const routeIn = <Found extends Route>({ name, routes = [] }: Projection, { id, answers }: Found): Found => {
  const found = routes.find((route) => route.id === id && route.answers === answers);
  if (!found) throw new ServiceUnavailable(`The query ${id} of the view ${name}, which is being built,`);
  return found as Found;
};

/** The projection's own fields are checked by it, and handed back to it. */
const pageOfQuery = <Shape extends z.ZodRawShape>(own: z.ZodObject, shape: Shape) =>
  own.extend({ ...pageQuery.shape, ...shape }).strict() as z.ZodType<
    z.infer<typeof pageQuery> & z.infer<z.ZodObject<Shape>> & Record<string, unknown>
  >;

const pageBody = (item: z.ZodType): Operation['answer']['body'] => {
  const { id } = z.globalRegistry.get(item) ?? {};
  return id === undefined ? pageOf(item) : pageOf(item).meta({ id: `${id}Page` });
};

const pageKey = z.array(z.union([z.string(), z.number()]));

/** The cursors of one list, which are good for the same query of the same generation. */
const pagesOf = (projection: Projection, list: string, query: unknown) => {
  const scope = { list: `${list} ${JSON.stringify(query)}`, generation: generationOf(projection) };
  return {
    read: (cursor: string | undefined) => cursors.read<PageKey>(scope, pageKey, cursor),
    body: <Item>({ items, next }: Page<Item>, present: (item: Item) => object) => ({
      items: items.map(present),
      nextCursor: next && cursors.write(scope, next),
    }),
  };
};
