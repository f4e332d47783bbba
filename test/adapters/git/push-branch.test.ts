import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pushBranch } from '../../../src/adapters/git/push-branch.ts';
import { createDrafts } from '../../../src/drafts.ts';

let root: string;
let remote: string;

const git = (directory: string, ...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', ...words], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'push-'));
  remote = join(root, 'remote.git');
  const work = join(root, 'work');
  git(root, 'init', '--bare', '--initial-branch=main', remote);
  git(root, 'clone', remote, work);
  mkdirSync(join(work, 'docs'));
  writeFileSync(join(work, 'docs/one.md'), '# One\n');
  git(work, 'add', '-A');
  git(work, 'commit', '-m', 'Write one');
  git(work, 'push', 'origin', 'HEAD:main');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const push = async (more: Partial<Parameters<typeof pushBranch>[0]> = {}) =>
  pushBranch({
    remote: { url: pathToFileURL(remote).href, branch: 'main' },
    branch: 'draft/kong/new-r1',
    path: 'docs/kong-new-r1.md',
    content: '# New\n',
    message: 'Draft an article: New',
    scratchFolder: join(root, 'scratch'),
    ...more,
  });

describe('a branch for review', () => {
  test('has one commit with one file on top of the branch that is followed, and leaves nothing behind', async () => {
    expect(await push()).toBe('pushed');
    expect(git(remote, 'show', 'draft/kong/new-r1:docs/kong-new-r1.md')).toBe('# New\n');
    expect(git(remote, 'log', '--format=%an: %s', 'main..draft/kong/new-r1').trim()).toBe(
      'cluster-triage: Draft an article: New',
    );
    expect(git(remote, 'diff', '--name-status', 'main', 'draft/kong/new-r1').trim()).toBe('A\tdocs/kong-new-r1.md');
    expect(readdirSync(join(root, 'scratch'))).toEqual([]);
  });

  test('is not touched again, so that what reviewers made of it stays', async () => {
    await push();
    const before = git(remote, 'rev-parse', 'draft/kong/new-r1');
    expect(await push({ content: '# Other\n' })).toBe('already-there');
    expect(git(remote, 'rev-parse', 'draft/kong/new-r1')).toBe(before);
  });

  test('is pushed once when two processes push it at the same moment', async () => {
    const came = await Promise.all([push(), push()]);
    expect(came).toContain('pushed');
    expect(git(remote, 'rev-list', '--count', 'main..draft/kong/new-r1').trim()).toBe('1');
  });

  test.each(['../outside.md', '.git/hooks/post-commit', 'docs/one.md'])('is not made of the file %s', async (path) => {
    await expect(push({ path })).rejects.toThrow(/lies outside|is there already/);
    expect(existsSync(join(root, 'outside.md'))).toBe(false);
    expect(git(remote, 'branch', '--list', 'draft/*')).toBe('');
  });

  test('says why it could not be pushed', async () => {
    rmSync(remote, { recursive: true });
    await expect(push()).rejects.toMatchObject({ name: 'CannotFetchError' });
  });
});

describe('drafts', () => {
  const draft = { run: 'r1', code: 'kong/new', language: 'zh' as const, title: 'New', markdown: '# 新\n' };
  const environment = {};

  test('become a branch of the repository of the configuration, in the folder of its articles', async () => {
    const url = pathToFileURL(remote).href;
    const drafts = createDrafts({ drafts: { folder: 'docs', remote: { url } }, environment }, root);
    const offered = { is: 'offered', branch: 'draft/kong/new-r1-zh', where: url };
    expect(await drafts.offer(draft)).toEqual(offered);
    expect(await drafts.offer(draft)).toEqual(offered);
    expect(git(remote, 'show', 'draft/kong/new-r1-zh:docs/kong-new-r1.zh.md')).toBe('# 新\n');
  });

  test('go nowhere without one, and say why when it is away', async () => {
    expect(await createDrafts({ drafts: undefined, environment }, root).offer(draft)).toEqual({ is: 'nowhere' });
    const away = { folder: '', remote: { url: pathToFileURL(join(root, 'away.git')).href } };
    expect(await createDrafts({ drafts: away, environment }, root).offer(draft)).toMatchObject({ is: 'refused' });
  });
});
