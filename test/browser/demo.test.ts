import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const screenshots = process.env['SCREENSHOTS'];
let demo: ChildProcess;
let browser: Browser;
let address: string;

beforeAll(async () => {
  demo = spawn(process.execPath, [`${root}/src/demo.ts`, '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  demo.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  address = await new Promise<string>((resolve, reject) => {
    demo.once('exit', () => reject(new Error(`The demo ended: ${said.join('')}`)));
    demo.stdout?.on('data', (chunk: Buffer) => {
      const found = /http:\/\/\S+/.exec(chunk.toString());
      if (found !== null) resolve(found[0]);
    });
  });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  const ended = new Promise((resolve) => demo.once('exit', resolve));
  demo.kill('SIGTERM');
  await ended;
});

async function open(person: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${address}/?as=${person}`);
  await page.getByText('Break the cluster').first().waitFor();
  return page;
}

async function shoot(page: Page, name: string): Promise<void> {
  if (screenshots !== undefined) await page.screenshot({ path: `${screenshots}/demo-${name}.png` });
}

test('a visitor asks, is refused as the requester, approves as another person, and sees it resolved', async () => {
  const ana = await open('ana');
  const box = ana.getByPlaceholder(/Message #oncall/);
  await box.fill('/triage subnet prod-sh');
  await box.press('Escape');
  await box.press('Enter');
  await ana.getByText('is queued').first().waitFor();
  await ana
    .getByText(/waits for a decision/)
    .first()
    .waitFor();
  await shoot(ana, 'found');

  await ana
    .getByText(/\d+ replies/)
    .first()
    .click();
  const thread = ana
    .getByRole('complementary', { name: /thread/i })
    .or(ana.locator('[aria-label*="Thread"]'))
    .first();
  await thread.getByText('port name not found').first().waitFor();
  const link = thread.getByRole('link', { name: 'A kube-ovn subnet is not ready' }).first();
  const article = await fetch((await link.getAttribute('href')) ?? '');
  expect([article.status, await article.text()]).toEqual([200, expect.stringContaining('Mitigation')]);

  await thread.getByRole('button', { name: 'Approve' }).click();
  await ana
    .getByRole('dialog')
    .getByRole('button', { name: /Approve|Yes/ })
    .click();
  await ana.getByText('wants a second person to approve').first().waitFor();
  await shoot(ana, 'refused');

  const bo = await open('bo');
  await bo
    .getByText(/\d+ replies/)
    .first()
    .click();
  await bo.getByRole('button', { name: 'Approve' }).click();
  await bo
    .getByRole('dialog')
    .getByRole('button', { name: /Approve|Yes/ })
    .click();
  await bo
    .getByText(/Resolved on prod-sh/)
    .first()
    .waitFor({ timeout: 100_000 });
  await bo.getByText('Before → after').first().waitFor();
  expect(await bo.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  await bo
    .getByText(/Resolved on prod-sh/)
    .first()
    .scrollIntoViewIfNeeded();
  await shoot(bo, 'resolved');
});
