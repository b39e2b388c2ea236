import { badRequest } from '../errors.ts';
import { isObject, type Json, type JsonObject, parseObject } from '../json.ts';
import type { Layout } from '../partitions/layout.ts';
import type { PageQuery } from '../queries/pageQuery.ts';
import { queryPlanOf } from '../queries/plan/queryPlan.ts';
import { type QueryPage, queryResources } from '../queries/queryItems.ts';
import { pageCharge } from '../requestCharge.ts';
import { type CosmosRequest, type CosmosResponse, header, pageLimits } from './http.ts';

/** Reads the query of a request, and the page that it asks for; throws 400 for a body that is not a query. */
export const pageQueryOf = (request: CosmosRequest, now: number): PageQuery => {
  const { query, parameters = [] } = parseObject(request.body);
  if (typeof query !== 'string') throw badRequest('The request has no query.');
  if (!Array.isArray(parameters)) throw badRequest("'parameters' is not an array.");
  const named = parameters.map((parameter): [string, Json] => {
    if (!isObject(parameter) || typeof parameter.name !== 'string') throw badRequest('A parameter has no name.');
    return [parameter.name, parameter.value ?? null];
  });
  const token = header(request, 'x-ms-continuation');
  return { text: query, parameters: new Map(named), token, limits: pageLimits(request), now };
};

/** Answers a request for the plan of a query. */
export const answerQueryPlan = (layout: Layout, request: CosmosRequest, now: number): CosmosResponse => ({
  status: 200,
  headers: {},
  body: JSON.stringify(queryPlanOf(layout, pageQueryOf(request, now))),
});

/** Answers a query over databases or containers. */
export const answerResourceQuery = (
  request: CosmosRequest,
  name: 'Databases' | 'DocumentCollections',
  resources: readonly JsonObject[],
  now: number,
): CosmosResponse => queryResponse(queryResources(resources, pageQueryOf(request, now)), name, '');

/** The answer that carries a page of rows. */
export const queryResponse = ({ rows, examined, token }: QueryPage, name: string, rid: string): CosmosResponse => {
  const body = `{"_rid":${JSON.stringify(rid)},"${name}":[${rows.join(',')}],"_count":${rows.length}}`;
  return {
    status: 200,
    headers: {
      'x-ms-item-count': rows.length,
      'x-ms-request-charge': pageCharge({ examined, bytes: body.length }),
      ...(token === undefined ? {} : { 'x-ms-continuation': token }),
    },
    body,
  };
};
