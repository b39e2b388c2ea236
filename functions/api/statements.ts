import { endpoint, query, type EndpointTable } from '../http/endpoint.ts';
import { sourceHeader } from '../http/query.ts';
import { idRoute } from '../http/schemas.ts';
import { balancesBody, balancesQuery, readBalances } from './readBalances.ts';
import {
  readStatement,
  readStatements,
  statementBody,
  statementHeaders,
  statementRoute,
  statementsBody,
  statementsQuery,
} from './readStatements.ts';

export const statementEndpoints: EndpointTable = {
  listStatements: query({
    get: 'accounts/{id}/statements',
    access: 'ownQuery',
    summary: "An account's months, newest first, with the balances at their beginning and end",
    params: idRoute,
    query: statementsQuery,
    refuses: ['NotFound', 'VersionNotReached'],
    answers: { status: 200, body: statementsBody, headers: sourceHeader },
    handle: readStatements,
  }),
  getStatement: endpoint({
    get: 'accounts/{id}/statements/{month}',
    access: 'ownQuery',
    summary: "The statement of a month of the bank's time zone, as JSON, CSV, PDF or camt.053.001.08",
    params: statementRoute,
    query: statementsQuery,
    headers: statementHeaders,
    refuses: ['NotFound', 'NotAcceptable', 'VersionNotReached', 'StatementTooLong'],
    answers: {
      status: 200,
      body: statementBody,
      files: {
        'text/csv': 'A header and a line for each transaction, as in RFC 4180',
        'application/pdf': 'For people; 10,000 lines at most',
        'application/xml': 'A camt.053.001.08 of ISO 20022',
      },
      headers: {
        ...sourceHeader,
        Vary: '"Accept"',
        'Content-Disposition': "The file's name, which says so where the statement is provisional",
      },
    },
    handle: readStatement,
  }),
  listBalances: query({
    get: 'accounts/{id}/balances',
    access: 'ownQuery',
    summary: 'Balances of an account evenly spread over its versions, oldest first, for a plot',
    params: idRoute,
    query: balancesQuery,
    refuses: ['NotFound', 'VersionNotReached'],
    answers: { status: 200, body: balancesBody, headers: sourceHeader },
    handle: readBalances,
  }),
};
