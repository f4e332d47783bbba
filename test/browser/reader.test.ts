import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { kbRoutes } from '../../src/adapters/markdown/reader-routes.ts';
import { serveHttp } from '../../src/adapters/system/http-server.ts';
import { openKnowledge } from '../../src/knowledge.ts';
import { launchChromium } from './chromium.ts';

const fixtures = fileURLToPath(new URL('../fixtures/articles', import.meta.url));
const screenshots = process.env['SCREENSHOTS'];
const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };
const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 900 } };

let browser: Browser;
let server: Server;
let address: string;
const asked: string[] = [];

beforeAll(async () => {
  const knowledge = await openKnowledge({ sources: [{ folder: fixtures }], readerUrl: '/kb/' });
  server = await serveHttp({ port: 0, routes: [kbRoutes(knowledge)], onError: (error) => asked.push(String(error)) });
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function open(path: string, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(`${address}${path}`);
  return page;
}

async function shoot(page: Page, name: string): Promise<void> {
  if (screenshots !== undefined) await page.screenshot({ path: `${screenshots}/reader-${name}.png` });
}

/** How many pixels the page can be scrolled sideways: a page that fits has none. */
const sideways = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

test('a reader asks in Chinese, opens the English article, and lands on the section that answers', async () => {
  const page = await open('/kb', desktop);
  await page.getByRole('searchbox').fill('大包丢了，mtu 不对');
  await page.getByRole('button').click();
  await shoot(page, 'search');
  await page.getByRole('link', { name: 'Large packets are lost between nodes' }).click();
  await page.getByRole('heading', { level: 1, name: 'Large packets are lost between nodes' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/kb/team/mtu');
});

test.each([
  ['desktop-light', { ...desktop, colorScheme: 'light' }],
  ['desktop-dark', { ...desktop, colorScheme: 'dark' }],
  ['phone-light', { ...phone, colorScheme: 'light' }],
  ['phone-dark', { ...phone, colorScheme: 'dark' }],
] as const)('the page fits a %s screen, and its contents lead to the sections', async (name, options) => {
  const page = await open('/kb/team/several-problems', options);
  expect(await sideways(page)).toBe(0);
  const dark = options.colorScheme === 'dark';
  const background = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  expect(background).toBe(dark ? 'rgb(18, 23, 29)' : 'rgb(255, 255, 255)');
  await shoot(page, name);
  await page.getByRole('navigation').getByText('问题2').click();
  const target = page.getByRole('heading', { level: 2, name: /问题2/ });
  await expect(target.isVisible()).resolves.toBe(true);
  const box = await target.boundingBox();
  expect(box?.y).toBeGreaterThan(40);
});

test('an address with a fragment opens at the section of it', async () => {
  const page = await open(
    `/kb/team/several-problems#${encodeURIComponent('问题3-执行-kubectl-top-nodes-报错')}`,
    phone,
  );
  // The browser scrolls there in its own time, after the page has loaded.
  const top = async () => (await page.getByRole('heading', { name: /问题3/ }).boundingBox())?.y ?? Infinity;
  for (const deadline = Date.now() + 5000; (await top()) >= 844 && Date.now() < deadline; )
    await new Promise((done) => setTimeout(done, 50));
  expect(await top()).toBeLessThan(844);
});

test('a hostile article runs nothing, asks nobody, and keeps its own title', async () => {
  const context = await browser.newContext(desktop);
  const page = await context.newPage();
  const requests: string[] = [];
  const dialogs: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(`${address}/kb/hostile/script`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  for (const link of await page.locator('article a').all()) await link.click({ timeout: 2000 }).catch(() => undefined);
  expect(await page.title()).not.toBe('taken');
  expect(dialogs).toEqual([]);
  expect(requests.filter((url) => !url.startsWith(address) && !url.startsWith('https://example.invalid/'))).toEqual([]);
  await shoot(page, 'hostile');
});

test('a path that climbs out of the articles leads nowhere', async () => {
  const page = await open('/kb/..%2f..%2f..%2fetc%2fpasswd', desktop);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('This article is not here');
  await shoot(page, 'missing');
});
