import { expect, it } from 'vitest';
import { browserOfThisFile, describeInChromium, desktop } from '../support/chromium.ts';
import { appOfThisFile } from '../support/e2eApp.ts';

const app = appOfThisFile({ env: { CONSOLE: 'true' } });
const browser = browserOfThisFile();

/** What the browser refuses, tried from inside of the page, by the directive of its policy. */
const tries: readonly (readonly [directive: string, script: string])[] = [
  ['require-trusted-types-for', `document.body.innerHTML = '<b>x</b>'`],
  ['connect-src', `fetch('https://example.com/').catch(() => 0)`],
  ['img-src', `new Image().src = 'https://example.com/x.png'`],
  [
    'frame-src',
    `document.body.append(Object.assign(document.createElement('iframe'), { src: 'https://example.com/' }))`,
  ],
  [
    'form-action',
    `{
    const form = Object.assign(document.createElement('form'), { action: 'https://example.com/', method: 'post' });
    document.body.append(form);
    form.submit();
  }`,
  ],
  ['base-uri', `document.head.append(Object.assign(document.createElement('base'), { href: 'https://example.com/' }))`],
  ['style-src-elem', `document.head.append(Object.assign(document.createElement('style'), { textContent: 'p {}' }))`],
  ['style-src-attr', `document.body.setAttribute('style', 'color: red')`],
  ['media-src', `new Audio('https://example.com/x.mp3').load()`],
  ['script-src-elem', `import('https://example.com/x.js').catch(() => 0)`],
  // What the debugger itself evaluates may do more than what it leaves behind. Trusted types come before the sources of scripts.
  ['require-trusted-types-for', `setTimeout(() => { try { eval('1'); } catch {} })`],
];

describeInChromium('the policy of the console', () => {
  it('refuses whatever would load from elsewhere, send elsewhere, or be markup', async () => {
    const page = await browser.open(`${app.origin}/#/customers`, { viewport: desktop });
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    const refused: unknown[] = [];
    for (const [, script] of tries) {
      const directive = await page.evaluate(`new Promise((tell) => {
        addEventListener('securitypolicyviolation', ({ effectiveDirective }) => tell(effectiveDirective), { once: true });
        try { ${script} } catch {}
      })`);
      refused.push([directive, script]);
    }
    expect(refused).toEqual(tries);
    expect(page.url()).toBe(`${app.origin}/#/customers`);
  });

  it('runs no script that somebody brings into the page', async () => {
    const page = await browser.open(`${app.origin}/`, { viewport: desktop });
    await expect(page.addScriptTag({ content: 'window.brought = true' })).rejects.toThrow();
    await expect(page.addScriptTag({ url: 'data:text/javascript,window.brought=true' })).rejects.toThrow();
    expect(await page.evaluate('window.brought')).toBeUndefined();
  });

  it('lets no other page show it in a frame', async () => {
    const page = await browser.open(`data:text/html,<iframe src="${app.origin}/"></iframe>`);
    await expect.poll(() => page.frames().map((frame) => frame.url())).toContain('chrome-error://chromewebdata/');
  });
});
