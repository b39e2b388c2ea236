import { readFile } from 'node:fs/promises';

const consoleFile = (path: string) => readFile(new URL(`../../console/${path}`, import.meta.url), 'utf8');

/** A page of the console, as its file describes it. */
export type DescribedPage = { readonly path: string; readonly roles: readonly string[] };

/** All pages that `console/app/pages.ts` lists: a new one is among them by itself. */
export const pagesOfConsole = async (): Promise<readonly DescribedPage[]> => {
  const imports = [...(await consoleFile('app/pages.ts')).matchAll(/from '\.\.\/(pages\/[^']+)'/g)];
  return Promise.all(imports.map(async ([, file = '']) => described(file, await consoleFile(file))));
};

const described = (file: string, text: string): DescribedPage => {
  const [, path] = /^ {2}path: '([^']+)',$/m.exec(text) ?? [];
  const [, roles] = /^ {2}roles: \[([^\]]*)\],$/m.exec(text) ?? [];
  if (path === undefined || roles === undefined) throw new Error(`${file} describes no page`);
  return { path, roles: [...roles.matchAll(/'(\w+)'/g)].map(([, role = '']) => role) };
};

/** Where to look at a page: what stands for its parameters, by its path. */
export const placeOf = ({ path }: DescribedPage, values: Readonly<Record<string, string>>): string =>
  path.replaceAll(/:\w+/g, () => {
    const value = values[path];
    if (value === undefined)
      throw new Error(`Say what stands for the parameter of ${path} (test/support/consoleBank.ts)`);
    return value;
  });
