import { z } from 'zod';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import type { Page, PageKey } from '../../application/queries/ports.ts';
import { present } from '../../application/clock.ts';
import { generationName, type Generation, type GenerationId, type View } from '../../eventSourcing/view.ts';
import type {
  AllEntriesRoute,
  EntriesRoute,
  Marks,
  Path,
  Route,
  RowRoute,
  RowsRoute,
  Search,
  SumsRoute,
} from '../../eventSourcing/viewRoute.ts';
import type { ContextServices } from '../services.ts';
import type { Cursors } from './cursor.ts';
import { query, type EndpointTable } from './endpoint.ts';
import { needsRebuild, notFound } from './problem.ts';
import { answerQuery, answerWithoutRow, sourceHeader, versionedETag } from './query.ts';
import { atLeast, idRoute, pageOf, pageQuery, positionsFor } from './schemas.ts';
import { unreachedBy } from './unreachedBy.ts';

type ViewEndpoint = EndpointTable<ContextServices>[string];

/** The endpoint of a query that a view declares. */
export const viewEndpoint = (view: View, route: Route): ViewEndpoint => {
  switch (route.answers) {
    case 'row':
      return rowEndpoint(view, route);
    case 'rows':
    case 'allEntries':
      return pagesEndpoint(view, route);
    case 'entries':
      return entriesEndpoint(view, route);
    case 'sums':
      return sumsEndpoint(view, route);
  }
};

const rowEndpoint = (view: View, route: RowRoute<unknown>): ViewEndpoint =>
  query({
    get: route.route,
    access: 'ownQuery',
    summary: route.summary,
    params: idRoute,
    query: z.strictObject({ atLeast: atLeast.optional() }),
    refuses: ['NotFound', 'VersionNotReached'],
    answers: { status: 200, body: route.body, headers: { ...versionedETag, ...sourceHeader } },
    async handle({ freshRows }, { params: { id }, query: asked, headers, caller: { onlyFor } }) {
      const row = await freshRows.read(view, route.aggregate, id, positionsFor(id, asked.atLeast), onlyFor);
      if (!('source' in row)) return answerWithoutRow(row);
      const reached = row.found.positions[id] ?? 0;
      const body = routeIn(row.generation, route).present(id, row.found.row, reached);
      if (!body) return notFound();
      return answerQuery(body, headers['if-none-match'], { version: reached, source: row.source });
    },
  });

/** Pages of all rows, or of the entries of all rows. */
const pagesEndpoint = (view: View, route: RowsRoute<unknown> | AllEntriesRoute<unknown>): ViewEndpoint =>
  query({
    get: route.route,
    access: ownByOf(route) ? 'ownQuery' : 'query',
    summary: route.summary,
    query: pageOfQuery(route.query, {}),
    refuses: ['CursorExpired'],
    answers: { status: 200, body: pageBody(route.item) },
    async handle(
      { generations, searches, cursors },
      { query: { limit, cursor, ...asked }, headers, caller: { onlyFor } },
    ) {
      const generation = await generations.answering(view);
      const own = routeIn(generation, route, asked);
      const pages = pagesOf(cursors, generation, route.route, asked);
      const after = pages.read(cursor);
      if ('refusal' in after) return after.refusal;
      const search = { ...narrowed(own.find(asked), ownByOf(own), onlyFor), after: after.key, limit };
      const body =
        own.answers === 'rows'
          ? pages.body(await searches.rows(generation, search), ({ key, row }) => own.present(key, row))
          : pages.body(await searches.allEntries(generation, search), (entry) => own.present(entry));
      return answerQuery(body, headers['if-none-match']);
    },
  });

const ownByOf = (route: RowsRoute<unknown> | AllEntriesRoute<unknown>): Path | undefined =>
  route.answers === 'rows' ? route.ownBy : undefined;

/** Another's rows and those that do not exist are the same: the search finds none of either. */
const narrowed = (search: Search, ownBy: Path | undefined, onlyFor: string | undefined): Search => {
  if (onlyFor === undefined) return search;
  if (!ownBy) throw new Error('No row of this list is a customer’s own');
  return { ...search, where: [...(search.where ?? []), [ownBy, '=', onlyFor]] };
};

const entriesEndpoint = (view: View, route: EntriesRoute<unknown, unknown>): ViewEndpoint =>
  query({
    get: route.route,
    access: 'ownQuery',
    summary: route.summary,
    params: idRoute,
    query: pageOfQuery(route.query, { atLeast: atLeast.optional() }),
    refuses: ['NotFound', 'VersionNotReached', 'CursorExpired'],
    answers: { status: 200, body: pageBody(route.item), headers: sourceHeader },
    async handle({ freshRows, searches, cursors, clock }, { params: { id }, query: all, headers, caller }) {
      const { limit, cursor, atLeast: wanted, ...asked } = all;
      const positions = positionsFor(id, wanted);
      const ofRoute = positions.filter(({ aggregateId }) => aggregateId === id);
      const row = await freshRows.read(view, route.aggregate, id, ofRoute, caller.onlyFor);
      if (!('source' in row)) return answerWithoutRow(row);
      const own = routeIn(row.generation, route, asked);
      const pages = pagesOf(cursors, row.generation, `${route.route} of ${id}`, asked);
      const after = pages.read(cursor);
      if ('refusal' in after) return after.refusal;
      const unreached = await unreachedBy(freshRows, positions, id, own.related?.(row.found.row) ?? []);
      if (unreached) return answerWithoutRow(unreached);

      const now = present(clock);
      const search = own.find(asked, { version: row.found.positions[id] ?? 0, now });
      const page = await searches.entries(row.generation, id, { ...search, after: after.key, limit });
      const marks = await marksOf(searches, row, id, own.marks, page.items);
      const body = pages.body(page, (entry) => {
        const item = own.present(entry, now);
        return own.marks ? own.marks.present(item, marks) : item;
      });
      return answerQuery(body, headers['if-none-match'], { source: row.source });
    },
  });

/** The entries that say something about those of a page; none where the row tells that there are none. */
const marksOf = async (
  searches: ContextServices['searches'],
  { generation, found }: { readonly generation: Generation; readonly found: { readonly row: unknown } },
  id: string,
  marks: Marks<unknown> | undefined,
  page: readonly unknown[],
): Promise<readonly unknown[]> => {
  const search = page.length > 0 ? marks?.find(found.row, page) : undefined;
  if (!search) return [];
  return (await searches.entries(generation, id, { ...search, after: undefined, limit: page.length })).items;
};

const ageHeader = {
  Age: 'Whole seconds since the oldest of the sums was added up, or of one beside them; the sums of past days are kept for ten minutes',
};

const sumsEndpoint = (view: View, route: SumsRoute): ViewEndpoint =>
  query({
    get: route.route,
    access: 'query',
    summary: route.summary,
    query: route.query,
    refuses: [],
    answers: { status: 200, body: route.body, headers: ageHeader },
    async handle({ generations, slicedSums, clock, log }, { query: asked, headers }) {
      const generation = await generations.answering(view);
      const own = routeIn(generation, route, asked);
      const slices = own.slices(asked, clock.now());
      const { groups, ageMs } = await slicedSums.read(generation, own.sums, slices);
      const body = own.present(groups, slices, asked);
      if (body) return answerQuery(body, headers['if-none-match'], { ageMs });
      log('warn', `The view ${view.name} cannot answer ${route.id} before it is rebuilt`);
      return needsRebuild();
    },
  });

/**
 * The same query in the code of the generation that answers. Throws ServiceUnavailable if an older generation lacks it, or one of
 * the parameters that were asked.
 */
const routeIn = <Found extends Route>(
  { name, routes = [] }: View,
  { id, answers }: Found,
  asked: object = {},
): Found => {
  const found = routes.find((route) => route.id === id && route.answers === answers);
  const known: object = found && 'query' in found ? found.query.shape : {};
  const isKnown = Object.entries(asked).every(([parameter, value]) => value === undefined || parameter in known);
  if (!found || !isKnown) throw new ServiceUnavailable(`The query ${id} of the view ${name}, which is being built,`);
  return found as Found;
};

/** The schema checks the projection's own fields, and the handler gives them back to the view. */
const pageOfQuery = <Shape extends z.ZodRawShape>(own: z.ZodObject, shape: Shape) =>
  own.extend({ ...pageQuery.shape, ...shape }).strict() as z.ZodType<
    z.infer<typeof pageQuery> & z.infer<z.ZodObject<Shape>> & Record<string, unknown>
  >;

const pageBody = (item: z.ZodType): z.ZodType => {
  const { id } = z.globalRegistry.get(item) ?? {};
  return id === undefined ? pageOf(item) : pageOf(item).meta({ id: `${id}Page` });
};

const pageKey = z.array(z.union([z.string(), z.number()]));

/** The pages of one list. A cursor is valid only for the same query of the same generation. */
export const pagesOf = (cursors: Cursors, generation: GenerationId, list: string, query: unknown) => {
  const scope = { list: `${list} ${JSON.stringify(query)}`, generation: generationName(generation) };
  return {
    read: (cursor: string | undefined) => cursors.read<PageKey>(scope, pageKey, cursor),
    body: <Item>({ items, next }: Page<Item>, present: (item: Item) => object) => ({
      items: items.map(present),
      nextCursor: next && cursors.write(scope, next),
    }),
  };
};
