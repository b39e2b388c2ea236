import openApiTypes, { astToString } from 'openapi-typescript';
import { endpoints } from '../functions/api/endpoints.ts';
import { openApiDocument } from '../functions/http/openApiDocument.ts';

type Responses = Readonly<
  Record<
    string,
    { readonly headers?: object; readonly description?: string; readonly content?: Readonly<Record<string, object>> }
  >
>;

/** Programs tell problems apart by their `code`: in types, one answer stands for all of them. */
const withOneProblem = (responses: Responses): Responses => ({
  ...Object.fromEntries(
    Object.entries(responses).filter(([status, { content = {} }]) => status < '400' || 'application/json' in content),
  ),
  default: { ...responses[400], description: 'A problem', headers: {} },
});

/** The types of `client/`. */
export const clientTypes = async (): Promise<string> => {
  const text = JSON.stringify(openApiDocument(endpoints, 'token'));
  const document = JSON.parse(text, (name, value: unknown) =>
    name === 'responses' ? withOneProblem(value as Responses) : value,
  ) as Parameters<typeof openApiTypes>[0];
  return `// \`npm run docs\` writes this file.\n\n${astToString(await openApiTypes(document))}`;
};
