import { join } from 'node:path';
import axe from 'axe-core';
import { desktop, phone, type Window } from './chromium.ts';

/** How people look at a page. */
export const variants = [
  ['a desktop, light', { viewport: desktop, colorScheme: 'light' }],
  ['a desktop, dark', { viewport: desktop, colorScheme: 'dark' }],
  ['a phone, light', { viewport: phone, colorScheme: 'light' }],
  ['a phone, dark', { viewport: phone, colorScheme: 'dark' }],
] as const;

/**
 * What a person would complain about: requests elsewhere than the app's origin, errors, what axe-core finds serious, markup from data, and
 * what is too wide.
 */
export const complaintsOf = async (page: Window, origin: string): Promise<unknown[]> => {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{
    violations: readonly { id: string; impact: string; nodes: readonly { html: string }[] }[];
  }>('axe.run()');
  const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  const markup = await page.evaluate<number>(`document.querySelectorAll('#page img, #page script, #page b').length`);
  const tooWide = await page.evaluate<string[]>(`document.documentElement.scrollWidth > innerWidth
    ? [...document.querySelectorAll('#page *')].filter((each) => each.getBoundingClientRect().right > innerWidth)
        .map((each) => each.outerHTML.slice(0, 200)).slice(-3)
    : []`);
  return [
    ...page.complaints,
    ...page.requested.filter((url) => !url.startsWith(origin) && !url.startsWith('data:')),
    ...serious.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) })),
    ...(markup > 0 ? ['It renders markup'] : []),
    ...tooWide.map((element) => `It is too wide: ${element}`),
  ];
};

/** PICTURES names a folder for pictures, which a person can look at. */
export const picture = async (page: Window, about: string, { fullPage = true } = {}): Promise<void> => {
  const { PICTURES: folder } = process.env;
  if (folder === undefined) return;
  const name = about.replaceAll(/\W+/g, ' ').trim().replaceAll(' ', '-');
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
};
