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

async function say(page: Page, text: string): Promise<void> {
  const box = page.getByPlaceholder(/Message #oncall/);
  await box.fill(text);
  await box.press('Escape');
  await box.press('Enter');
}

async function shoot(page: Page, name: string): Promise<void> {
  if (screenshots !== undefined) await page.screenshot({ path: `${screenshots}/demo-${name}.png` });
}

test('a visitor asks, is refused as the requester, approves as another person, and sees it resolved', async () => {
  const ana = await open('ana');
  await say(ana, '/triage subnet prod-sh');
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

test('a freeze is on the card and on the home page until it is lifted, and refuses whoever approves', async () => {
  const ana = await open('ana');
  await ana.locator('.scenario').first().click();
  // The page writes what to type into the box once the world is broken.
  const box = ana.getByPlaceholder(/Message #oncall/);
  for (const deadline = Date.now() + 10_000; (await box.inputValue()) === '' && Date.now() < deadline; )
    await new Promise((done) => setTimeout(done, 50));
  expect(await box.inputValue()).toBe('/triage subnet prod-sh');
  await say(ana, '/triage subnet prod-sh');
  await ana
    .getByText(/waits for a decision/)
    .first()
    .waitFor({ timeout: 60_000 });

  const bo = await open('bo');
  await say(bo, '/triage freeze production "db failover" 2h');
  await bo.getByText('Frozen: the environment production').first().waitFor();
  await bo.locator('.row', { hasText: 'triage' }).click();
  await bo.locator('.home .header', { hasText: '1 fix waits' }).waitFor();
  await bo.locator('.home').getByText('“db failover”').waitFor();
  await shoot(bo, 'home');
  await bo.locator('.home').getByRole('link', { name: 'Open its card' }).click();
  const thread = bo.locator('.thread');
  await thread.getByText('nothing is changed in the environment production').waitFor();
  await shoot(bo, 'frozen');

  await thread.getByRole('button', { name: 'Approve' }).click();
  await bo.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await bo.getByText('Nothing is changed on prod-sh now').first().waitFor();
  await say(bo, '/freeze lift production');
  await bo.getByText('Lifted: the environment production').first().waitFor();
  await thread.getByText('nothing is changed in the environment production').waitFor({ state: 'detached' });
  expect(await thread.getByRole('button', { name: 'Approve' }).count()).toBe(1);
});
