// The portal in a real browser, against the real server: for everybody, by keyboard alone, without scripts, on a phone.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium, openPage } from './browser.ts';
import { FLAGGED, givenPortal, type GivenPortal, GONE, OLD, SHOP, usccOf } from './given-portal.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Folder for pictures of every page, for people to look at; none are taken without it. */
const PICTURES = process.env['HUIXIN_TEST_PICTURES'];

const listening = async ({ app }: GivenPortal): Promise<string> => {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
};

describe.skipIf(!hasChromium)('the portal in a browser (needs Chromium; CHROMIUM_PATH says where)', () => {
  let portal: GivenPortal;
  let behind: GivenPortal;
  let browser: Browser;
  let factPath = '';
  const at: { portal: string; behind: string } = { portal: '', behind: '' };

  beforeAll(async () => {
    portal = await givenPortal();
    behind = await givenPortal({ isBehind: true, marks: { generated: true, testClock: true } });
    at.portal = await listening(portal);
    at.behind = await listening(behind);
    factPath = /<h3><a href="(\/fact\/[^"]+)">/.exec((await portal.page(`/entity/${SHOP}`)).html)?.[1] ?? '';
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([portal.app.close(), behind.app.close()]);
  });

  const PAGES: readonly (readonly [name: string, of: 'portal' | 'behind', path: () => string])[] = [
    ['home', 'portal', () => '/'],
    ['home-behind', 'behind', () => '/'],
    ['found', 'portal', () => `/?q=${encodeURIComponent('惠信样例')}`],
    ['nothing', 'portal', () => `/?q=${usccOf(77)}`],
    ['entity', 'portal', () => `/entity/${SHOP}`],
    ['entity-past', 'portal', () => `/entity/${SHOP}?at=2021-05-01`],
    ['entity-gone', 'portal', () => `/entity/${GONE}`],
    ['entity-flagged', 'portal', () => `/entity/${FLAGGED}`],
    ['entity-old', 'portal', () => `/entity/regno/${OLD}`],
    ['entity-missing', 'portal', () => `/entity/${usccOf(77)}`],
    ['entity-bad-code', 'portal', () => '/entity/hello'],
    ['fact', 'portal', () => factPath],
  ];
  const addressOf = (of: 'portal' | 'behind', path: string, more = ''): string =>
    `${at[of]}${path}${more === '' ? '' : `${path.includes('?') ? '&' : '?'}${more}`}`;

  const WAYS = [
    ['zh', 'light', ''],
    ['en', 'dark', 'lang=en&type=large'],
  ] as const;
  const cases = PAGES.flatMap((page) => WAYS.map((way) => ({ page, way, title: `${page[0]} ${way.join(' ')}` })));

  test.each(cases)(
    'axe finds nothing on $title, and the browser does not complain',
    async ({ page: place, way, title }) => {
      const [, of, path] = place;
      const [, colorScheme, more] = way;
      const { page, complaints, context } = await openPage(browser, { bypassCSP: true, colorScheme });
      await page.goto(addressOf(of, path(), more));
      await page.addScriptTag({ content: AXE });
      const violations = await page.evaluate(async (rules) => {
        const { axe } = globalThis as unknown as { axe: { run: (o: object) => Promise<{ violations: Violation[] }> } };
        interface Violation {
          readonly id: string;
          readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
        }
        const found = await axe.run({ runOnly: rules });
        return found.violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map((n) => `${n.html} ${n.failureSummary}`).join()}`,
        );
      }, RULES);
      expect(violations).toEqual([]);
      expect(complaints).toEqual([]);
      if (PICTURES !== undefined)
        await page.screenshot({ path: `${PICTURES}/${title.replaceAll(/\W+/g, '-')}.png`, fullPage: true });
      await context.close();
    },
  );

  test.each(PAGES)('%s fits a width of 320 pixels, also in large type', async (name, of, path) => {
    const { page, context } = await openPage(browser, { viewport: { width: 320, height: 640 } });
    for (const more of ['', 'lang=en&type=large']) {
      await page.goto(addressOf(of, path(), more));
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width, `${name} ${more}`).toBeLessThanOrEqual(320);
      if (PICTURES !== undefined) {
        await page.screenshot({ path: `${PICTURES}/${name}-320${more === '' ? '' : '-en-large'}.png`, fullPage: true });
      }
    }
    await context.close();
  });

  test.each([true, false])(
    'finds and opens an organisation by keyboard alone (scripts: %s)',
    async (javaScriptEnabled) => {
      const { page, complaints, context } = await openPage(browser, { javaScriptEnabled });
      const focused = () => page.locator(':focus');
      const tabTo = async (text: string): Promise<void> => {
        for (let presses = 0; presses < 30; presses += 1) {
          await page.keyboard.press('Tab');
          const isNamed = (await focused().count()) > 0; // The button inside a date field has no name outside of it.
          if (isNamed && ((await focused().textContent()) ?? '').includes(text)) return;
        }
        throw new Error(`the Tab key never came to ${text}`);
      };
      await page.goto(at.portal);
      await page.keyboard.press('Tab');
      expect(await focused().textContent()).toBe('跳到正文');
      expect(await focused().boundingBox()).toMatchObject({ x: 0 });
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      expect(await focused().getAttribute('id')).toBe('q');
      await page.keyboard.type('惠信样例饮');
      await page.keyboard.press('Enter');
      await page.waitForURL(/q=/);
      await tabTo('惠信样例饮食有限公司');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/entity\//);
      expect(await page.locator('h1').textContent()).toBe('惠信样例饮食有限公司');
      await tabTo('事实 6');
      expect(await focused().evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/fact\//);
      expect(await page.locator('h1').textContent()).toBe('事实 6：变更登记');
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  test('shows a past day through its form, and keeps language and size of type', async () => {
    const { page, complaints, context } = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(`${at.portal}/entity/${SHOP}?lang=en&type=large`);
    await page.getByLabel('Shows the register as it was').fill('2021-05-01');
    await page.getByRole('button', { name: 'See that day' }).click();
    await page.waitForURL(/at=2021-05-01/);
    expect(await page.locator('h1').textContent()).toBe('惠信样例餐饮有限公司');
    expect(await page.locator('html').getAttribute('class')).toBe('large');
    await page.getByRole('link', { name: 'Back to the present' }).click();
    expect(await page.locator('h1').textContent()).toBe('惠信样例饮食有限公司');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('prints without forms and settings', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${at.portal}/entity/${SHOP}`);
    await page.emulateMedia({ media: 'print' });
    for (const hidden of ['header nav', 'form', '.skip'])
      expect(await page.locator(hidden).first().isVisible()).toBe(false);
    expect(await page.getByText('本页依据账本第 7 号位置').isVisible()).toBe(true);
    const pdf = await page.pdf({ format: 'A4', tagged: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/entity-print.png`, fullPage: true });
    await context.close();
  });
});
