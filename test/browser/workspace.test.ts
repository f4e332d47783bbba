import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { App } from '@slack/bolt';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { startWorkspace, type Workspace } from '../../src/local/workspace/workspace.ts';
import { launchChromium } from './chromium.ts';
import { startSampleBot, workspaceOptions } from './sample-bot.ts';

let browser: Browser;
let workspace: Workspace;
let bot: App;
let context: BrowserContext | undefined;
const complaints: string[] = [];
/** Pictures are kept where a person can look at them when this names a folder. */
let pictures = process.env['SCREENSHOTS'];

beforeAll(async () => {
  browser = await launchChromium();
  pictures ??= await mkdtemp(join(tmpdir(), 'workspace-'));
  workspace = await startWorkspace({ ...workspaceOptions(), rateLimits: false });
  bot = await startSampleBot(workspace);
});
afterEach(async () => {
  await context?.close();
  context = undefined;
});
afterAll(async () => {
  await bot.stop();
  await workspace.close();
  await browser.close();
});

type Look = { readonly as?: string; readonly phone?: boolean; readonly scheme?: 'light' | 'dark' };

async function open({ as = 'ana', phone = false, scheme = 'light' }: Look = {}): Promise<Page> {
  const viewport = phone ? { width: 390, height: 844 } : { width: 1280, height: 800 };
  context ??= await browser.newContext({ viewport, colorScheme: scheme, hasTouch: phone, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') complaints.push(line.text());
  });
  await page.goto(`${workspace.address}/?as=${as}`);
  await page.locator('.main .composer-field').waitFor();
  return page;
}

async function write(page: Page, text: string, pane = '.main'): Promise<void> {
  const field = page.locator(`${pane} .composer-field`);
  await field.fill(text);
  await field.press('Escape');
  await field.press('Enter');
}

async function triage(page: Page): Promise<void> {
  const before = await page.locator('.main .reply-bar').count();
  await write(page, '/triage subnet');
  await page.locator('.main .reply-bar').nth(before).waitFor();
  await page.locator('.main .reply-bar').nth(before).locator('text=3 replies').waitFor();
}

test('completes a command and its arguments by keyboard, and sends it', async () => {
  const page = await open();
  const field = page.locator('.main .composer-field');
  await field.pressSequentially('/tr');
  await expect(page.locator('.completion').allTextContents()).resolves.toEqual([expect.stringContaining('/triage')]);
  await field.press('Tab');
  await expect(page.locator('.completion-title').allTextContents()).resolves.toEqual([
    'subnet',
    'apiserver-access',
    'help',
  ]);
  await field.press('ArrowDown');
  await field.press('ArrowUp');
  await field.press('Enter');
  expect(await field.inputValue()).toBe('/triage subnet ');
  await field.pressSequentially('prod-sh');
  await field.press('Enter');
  await page.locator('.message.ephemeral', { hasText: 'Only visible to you' }).waitFor();
  expect(await field.inputValue()).toBe('');
  await page.locator('.reply-bar', { hasText: '3 replies' }).first().waitFor();
});

test('shows what the bot posts, and takes none of it for markup', async () => {
  const page = await open();
  await triage(page);
  await page.locator('.main .reply-bar').last().click();
  const thread = page.locator('.thread');
  await thread.locator('.alert.error strong', { hasText: 'Root cause:' }).waitFor();
  expect(await thread.locator('a', { hasText: 'the leader is stuck' }).getAttribute('href')).toBe(
    'https://example.com/kb/leader-stuck',
  );
  expect(await thread.locator('.mention').allTextContents()).toContain('@network-approvers');
  expect(await thread.locator('pre.code').first().textContent()).toContain(
    '<img src=x onerror="document.title=1"> <!channel>',
  );
  await thread.locator('button', { hasText: 'Preview' }).click();
  await thread.locator('button', { hasText: 'Show all 60 lines' }).click();
  expect(await thread.locator('.file pre').textContent()).toContain('line 60 <img src=x');
  expect(await page.title()).toBe('cluster-triage workspace');
  expect(await page.locator('.messages img[src="x"], .messages script').count()).toBe(0);
});

test('asks before a fix is approved, and shows the outcome to everybody at once', async () => {
  const page = await open();
  await triage(page);
  await page.locator('.main .reply-bar').last().click();
  const other = await open({ as: 'bo' });
  await other.locator('.main .reply-bar').last().click();
  await other.locator('.thread button[data-action="approve"]').click();
  await other.locator('.dialog button', { hasText: 'Not yet' }).click();
  expect(await other.locator('.thread button[data-action="approve"]').isVisible()).toBe(true);
  await other.locator('.thread button[data-action="approve"]').click();
  await other.locator('.dialog button.primary').click();
  for (const seen of [page, other])
    await seen.locator('.thread .alert.success', { hasText: 'Approved by @Bo Larsen' }).waitFor();
  expect(await page.locator('.thread button[data-action="approve"]').count()).toBe(0);
});

test('fills a form: searches, is told what is wrong without losing a word, and submits', async () => {
  const page = await open();
  await write(page, '/triage');
  const dialog = page.locator('.dialog');
  await dialog.locator('.select').click();
  await page.locator('.menu-search').fill('tenant');
  await page.locator('.menu-option', { hasText: 'tenant-b' }).click();
  await dialog.locator('button[type=submit]').click();
  await dialog.locator('.complaint', { hasText: 'Please complete this required field.' }).waitFor();
  await dialog.locator('input').fill('no');
  await dialog.locator('button[type=submit]').click();
  await dialog.locator('.complaint', { hasText: 'Please say a little more.' }).waitFor();
  expect(await dialog.locator('.select-label').textContent()).toBe('tenant-b');
  expect(await dialog.locator('input').inputValue()).toBe('no');
  await dialog.locator('input').fill('pods are stuck');
  await dialog.locator('input').press('Enter');
  await dialog.waitFor({ state: 'detached' });
});

test('keeps what a person is writing while messages arrive', async () => {
  const page = await open();
  const field = page.locator('.main .composer-field');
  await field.fill('half a thou');
  await workspace.as('bo').say('An interruption.', { channel: 'oncall' });
  await page.locator('.message', { hasText: 'An interruption.' }).first().waitFor();
  expect(await field.inputValue()).toBe('half a thou');
  expect(await page.locator('.main .composer-field:focus').count()).toBe(1);
  await field.fill('');
});

test('counts what is new elsewhere, and lets a person become somebody else', async () => {
  const page = await open();
  await workspace.as('bo').say('Over here.', { channel: 'sandbox' });
  await page.locator('.row.unread', { hasText: 'sandbox' }).locator('.count').waitFor();
  await page.locator('.row', { hasText: 'sandbox' }).click();
  await page.locator('.main .message', { hasText: 'Over here.' }).first().waitFor();
  expect(await page.locator('.row.unread').count()).toBe(0);
  await page.locator('.persona').click();
  await page.locator('.menu-option', { hasText: 'Wei Zhang' }).click();
  await page.locator('.persona-name', { hasText: 'Wei Zhang' }).waitFor();
  expect(await page.locator('.message.ephemeral').count()).toBe(0);
});

test('breaks the cluster, opens the App Home, and mentions the bot in a thread', async () => {
  const page = await open();
  await page.locator('.scenario', { hasText: 'leader is stuck' }).click();
  await page.locator('.scenario.active', { hasText: 'leader is stuck' }).waitFor();
  await page.locator('.row', { hasText: 'triage' }).click();
  await page.locator('.home .header', { hasText: 'Waiting for your approval' }).waitFor();
  await page.locator('.row', { hasText: 'oncall' }).click();
  await write(page, 'who knows more?');
  const message = page.locator('.main .message', { hasText: 'who knows more?' }).last();
  await message.hover();
  await message.locator('button[aria-label="Reply in thread"]').click();
  await write(page, '@triage again', '.thread');
  await page.locator('.thread .message', { hasText: 'You said: @triage again' }).waitFor();
  await write(page, '/triage subnet', '.thread');
  const refusal = page.locator('.thread .message.ephemeral', { hasText: 'not supported in threads' });
  await refusal.waitFor();
  expect(await refusal.locator('.author').textContent()).toBe('Workspace');
});

test('opens the message that a permalink names, from an address and from a link, in its thread', async () => {
  await workspace.as('bo').say('Here it began.', { channel: 'sandbox' });
  const root = workspace.messages('sandbox').find(({ text }) => text === 'Here it began.');
  const channel = workspace.messages('sandbox')[0]?.channel ?? '';
  await workspace.as('wei').say('And here it ended.', { channel: 'sandbox', threadTs: root?.ts ?? '' });
  const reply = workspace.thread('sandbox', root?.ts ?? '').at(-1);
  const permalink = `${workspace.address}/archives/${channel}/p${reply?.ts.replace('.', '')}`;
  const page = await open();
  await page.goto(`${permalink}?as=ana`);
  await page.locator('.thread .message.pointed', { hasText: 'And here it ended.' }).waitFor();
  await page.locator('.row', { hasText: 'oncall' }).click();
  await write(page, permalink);
  await page.locator('.main .message a', { hasText: '/archives/' }).last().click();
  await page.locator('.main h2', { hasText: 'sandbox' }).waitFor();
  await page.locator('.thread .message.pointed', { hasText: 'And here it ended.' }).waitFor();
  expect(await page.locator('.thread .message', { hasText: 'Here it began.' }).count()).toBe(1);
});

describe.each(['light', 'dark'] as const)('in %s colours', (scheme) => {
  test('fits a desktop, with a thread beside the channel', async () => {
    const page = await open({ scheme });
    await triage(page);
    await page.locator('.main .reply-bar').last().click();
    await page.locator('.thread .alert').first().waitFor();
    await page.screenshot({ path: join(pictures ?? '', `desktop-${scheme}.png`) });
    const [main, thread] = await Promise.all([
      page.locator('.main').boundingBox(),
      page.locator('.thread').boundingBox(),
    ]);
    expect([main?.height, thread?.height]).toEqual([800, 800]);
    expect((thread?.x ?? 0) + (thread?.width ?? 0)).toBe(1280);
  });

  test('fits a phone, one pane at a time, with a way back and nothing to scroll sideways', async () => {
    const page = await open({ scheme, phone: true });
    await triage(page);
    await page.locator('.main .reply-bar').last().tap();
    await page.locator('.thread .alert').first().waitFor();
    await page.screenshot({ path: join(pictures ?? '', `phone-${scheme}.png`) });
    expect(await page.locator('.thread').boundingBox()).toMatchObject({ x: 0, width: 390, height: 844 });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(390);
    await page.locator('.thread .back').tap();
    expect(await page.locator('.thread').isVisible()).toBe(false);
    await page.locator('.main .back').tap();
    expect(await page.locator('.sidebar').isVisible()).toBe(true);
    await page.locator('.row', { hasText: 'sandbox' }).tap();
    expect(await page.locator('.sidebar').isVisible()).toBe(false);
    await page.locator('.main h2', { hasText: 'sandbox' }).waitFor();
  });
});

test('was shown without a single error in the console', () => {
  expect(complaints).toEqual([]);
});
