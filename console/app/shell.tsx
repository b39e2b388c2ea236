import { useEffect, useRef } from 'preact/hooks';
import { isLive, keepLive } from '../api/live.ts';
import { config } from './config.ts';
import { credentials, may, operationsRefused, refused } from './door.ts';
import { LastCommand } from './lastCommand.tsx';
import type { ConsolePage } from './page.ts';
import { pages } from './pages.ts';
import { followPlaces, linkTo, match, place } from './router.ts';
import { SignIn, SignInAgain, UnlockOperations } from './signIn.tsx';

const isThere = ({ isThere: there = () => true }: ConsolePage): boolean | undefined => there();

const find = (path: string) => {
  for (const page of pages) {
    const params = match(page.path, path);
    if (params && isThere(page) !== false) return { page, params };
  }
  return undefined;
};

/** The menu, and the page of the present place. */
export const Shell = () => {
  useEffect(() => followPlaces(beginPage), []);
  useEffect(keepLive, []);
  const { query } = place.value;
  const path = homeOf(place.value.path);
  const found = find(path);
  useEffect(() => void (document.title = found ? `${found.page.title} · Daybook` : 'Daybook'), [found?.page]);
  const { value: shut } = refused;
  const hasEnded = config.door === 'token' && shut?.hadKey === true;
  if (shut && !hasEnded) return <SignIn />;
  return (
    // Another person who signs in gets fresh pages, without what the first one has typed.
    <div class="shell" key={credentials.value.subject}>
      <a class="skip" href="#main" onClick={skip}>
        Skip to the page
      </a>
      <Menu path={path} />
      <main class="main" id="main">
        <UnlockOperations />
        {!found && <Nowhere />}
        {found && !may(found.page.roles) && <NotYours />}
        {found && may(found.page.roles) && isThere(found.page) && (
          <found.page.Page key={path} params={found.params} query={query} />
        )}
      </main>
      <LastCommand />
      {hasEnded && <SignInAgain />}
    </div>
  );
};

/** The home of customers is what they have. */
const homeOf = (path: string): string => {
  const { customerId } = credentials.value;
  return path === '/' && customerId !== undefined && !may(['Teller', 'Auditor', 'Operator'])
    ? `/customers/${customerId}`
    : path;
};

const beginPage = () => {
  operationsRefused.value = undefined;
  scrollTo(0, 0);
  requestAnimationFrame(() => document.querySelector<HTMLElement>('h1')?.focus());
};

const skip = (event: Event) => {
  event.preventDefault();
  document.querySelector<HTMLElement>('h1')?.focus();
};

const Menu = ({ path }: { readonly path: string }) => {
  const nav = useRef<HTMLElement>(null);
  // On a phone it is wider than the page.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [path]);
  return (
    <div class="aside">
      <a class="brand" href={linkTo('/')}>
        Daybook
      </a>
      <nav class="nav" ref={nav} aria-label="Pages">
        {pages
          .filter((page) => page.inMenu && may(page.roles) && isThere(page))
          .map((page) => (
            <a
              key={page.path}
              class={page.inMenu}
              href={linkTo(page.path)}
              aria-current={isAt(page, path) ? 'page' : undefined}
            >
              {page.title}
            </a>
          ))}
      </nav>
      <footer class="foot">
        <span class={isLive.value ? 'pulse live' : 'pulse'}>{isLive.value ? 'Live' : 'Looks every 5 s'}</span>
        <a href="/api/docs">The API</a>
        <a href="/api/openapi.json">openapi.json</a>
      </footer>
    </div>
  );
};

const isAt = ({ path: of }: ConsolePage, path: string): boolean =>
  path === of || (of !== '/' && path.startsWith(`${of}/`));

const Nowhere = () => (
  <div class="empty">
    <h1 tabIndex={-1}>There is no such page</h1>
    <p>The address may be mistyped, or the page may have another name now.</p>
    <a class="button" href={linkTo('/')}>
      Home
    </a>
  </div>
);

const NotYours = () => (
  <div class="empty">
    <h1 tabIndex={-1}>Your role does not open this page</h1>
    <p>Somebody who manages the bank's users can give you another one.</p>
  </div>
);
