import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConfig } from '../src/config.ts';
import { WrongUsage } from '../src/core/errors.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tokens = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };

function fileOf(text: string): string {
  const file = join(folder, 'triage.yaml');
  writeFileSync(file, text);
  return file;
}

function complaint(environment: NodeJS.ProcessEnv): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof WrongUsage) return `${error.message} ${error.next}`;
    throw error;
  }
  return 'understood';
}

describe('the configuration', () => {
  test('of the example file is understood', () => {
    const file = fileURLToPath(new URL('../deploy/triage.example.yaml', import.meta.url));
    const config = readConfig({ ...tokens, TRIAGE_CONFIG: file });
    expect(config.clusters.map(({ name, mode, policy }) => [name, mode, policy])).toEqual([
      ['prod-sh', 'remediate', 'production'],
      ['prod-bj', 'observe', 'default'],
      ['staging', 'observe', 'default'],
    ]);
    expect(config.channels).toEqual({ C0123456789: { cluster: 'prod-sh', namespace: 'kube-system' } });
    expect(config.slack).toMatchObject({ mode: 'socket', appToken: 'xapp-1' });
    expect(config.roles?.map(({ role }) => role)).toEqual(['operator', 'operator', 'approver', 'admin']);
    expect(config.policies['production']).toMatchObject({
      approvals: 2,
      windows: [{ to: '17:00' }, { to: '04:00' }],
      breakGlass: { overrides: ['requester', 'window', 'approvals'] },
      limits: { changesPerHour: 10, oneDisruptionAtATime: true, cooldown: '15m' },
    });
  });

  test('without roles and with an empty policy is that of a small team: one approver, no windows, no limits', () => {
    const text = 'clusters:\n  - { name: a, connect: { inCluster: true } }\npolicies:\n  small: { approvers: [U1] }\n';
    const { roles, policies } = readConfig({ ...tokens, TRIAGE_CONFIG: fileOf(text) });
    expect(roles).toBeUndefined();
    expect(policies['small']).toMatchObject({ approvals: 1, windows: [], limits: { oneDisruptionAtATime: false } });
    expect(policies['small']).not.toHaveProperty('breakGlass');
  });

  test('refuses a role that does not exist, a time zone that does not, and a limit of nothing', () => {
    const text = [
      'clusters:',
      '  - { name: a, connect: { inCluster: true } }',
      'roles: [{ role: owner, everybody: true }]',
      'policies:',
      '  strict:',
      '    windows: [{ from: "09:00", to: "17:00", timeZone: Asia/Shanghi }]',
      '    limits: { changesPerHour: 0 }',
      '',
    ].join('\n');
    const says = complaint({ ...tokens, TRIAGE_CONFIG: fileOf(text) });
    for (const part of ['triage.yaml:3', 'triage.yaml:6', 'Asia/Shanghai', 'triage.yaml:7']) {
      expect(says).toContain(part);
    }
  });

  test('says every problem of the file at once, each with its line', () => {
    const text = 'clusters:\n  - name: Prod SH\n    mode: fix\n    connect: { inCluster: true }\n    colour: red\n';
    const says = complaint({ ...tokens, TRIAGE_CONFIG: fileOf(text) });
    for (const part of ['triage.yaml:2', 'triage.yaml:3', 'colour']) expect(says).toContain(part);
  });

  test('names where the ledger is mirrored, nowhere unless told', () => {
    const of = (ledger: string) => ({
      ...tokens,
      TRIAGE_CONFIG: fileOf(`clusters: [{name: a, connect: {inCluster: true}}]\n${ledger}`),
    });
    expect(readConfig(of('')).ledgerMirror).toBeUndefined();
    expect(readConfig(of('ledger: {mirror: stdout}')).ledgerMirror).toBe('stdout');
    expect(readConfig(of('ledger: {mirror: /var/log/ledger.jsonl}')).ledgerMirror).toBe('/var/log/ledger.jsonl');
    expect(complaint(of('ledger: {mirror: ledger.jsonl}'))).toContain('named by its whole path');
  });

  test('refuses two clusters of one name and a policy that does not exist', () => {
    const cluster = '  - { name: a, policy: strict, connect: { inCluster: true } }\n';
    const says = complaint({ ...tokens, TRIAGE_CONFIG: fileOf(`clusters:\n${cluster}${cluster}`) });
    expect(says).toContain('the name a is used more than once');
    expect(says).toContain('names the policy "strict"');
  });

  test('names the line of every kind of problem, of the names in it and of the thresholds too', () => {
    const text = [
      'clusters:',
      '  - name: prod-sh',
      '    owners: [ops]',
      '    policy: strict',
      '    connect: { kubeconfig: /k, contxt: a }',
      '  - name: prod-sh',
      '    connect: {}',
      'channels:',
      '  C0ONCALL00: { cluster: prod-hs }',
      'settings:',
      '  kube-ovn/subnet-not-redy: {}',
    ].join('\n');
    const says = complaint({ ...tokens, TRIAGE_CONFIG: fileOf(text) });
    const expected = [
      [3, 'clusters.0.owners.0: An owner is the id of a person'],
      [4, 'names the policy "strict"'],
      [5, 'clusters.0.connect.contxt: there is no such setting'],
      [6, 'the name prod-sh is used more than once'],
      [7, 'Say how it is reached'],
      [9, 'there is no cluster prod-hs; did you mean prod-sh'],
      [11, 'there is no check kube-ovn/subnet-not-redy; did you mean kube-ovn/subnet-not-ready'],
    ] as const;
    for (const [line, words] of expected) {
      expect(says.split('\n').find((each) => each.includes(words))).toContain(`triage.yaml:${line}:`);
    }
    expect(says.split('\n')).toHaveLength(1 + expected.length);
  });

  test.each([
    ['escalateAfter: 10m', 'strict needs both escalateAfter and escalateTo, or neither'],
    ['escalateTo: [S1]', 'strict needs both escalateAfter and escalateTo, or neither'],
    ['escalateAfter: 1h, escalateTo: [S1]', 'strict escalates after 1h, when its offers have expired (30m)'],
  ])('refuses an escalation that could never come: %s', (fields, says) => {
    const text = `clusters: [{ name: a, connect: { inCluster: true } }]\npolicies: { strict: { ${fields} } }\n`;
    expect(complaint({ ...tokens, TRIAGE_CONFIG: fileOf(text) })).toContain(says);
  });

  test.each([
    [{ SLACK_APP_TOKEN: 'xapp-1' }, 'SLACK_BOT_TOKEN is not set'],
    [{ SLACK_BOT_TOKEN: 'xoxb-1' }, 'Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET'],
    [{ ...tokens, SLACK_BOT_TOKEN: 'xoxp-1' }, 'starts with xoxb-'],
    [{ ...tokens, PORT: 'web' }, 'PORT'],
    [{ ...tokens, TRIAGE_CONFIG: 'nowhere.yaml' }, 'deploy/triage.example.yaml shows what goes in'],
  ])('with the environment %j is refused with what to do', (environment, says) => {
    const config = fileOf('clusters: [{ name: a, connect: { inCluster: true } }]\n');
    expect(complaint({ TRIAGE_CONFIG: config, ...environment })).toContain(says);
  });

  test('takes HTTP when there is a signing secret and no app-level token', () => {
    const config = fileOf('clusters: [{ name: a, connect: { inCluster: true } }]\n');
    const read = readConfig({ TRIAGE_CONFIG: config, SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: '12345678' });
    expect(read.slack).toMatchObject({ mode: 'http', signingSecret: '12345678' });
  });

  describe('of articles', () => {
    const clusters = 'clusters: [{ name: a, connect: { inCluster: true } }]\n';
    const withSources = (sources: string) => ({
      ...tokens,
      TRIAGE_CONFIG: fileOf(`${clusters}knowledge: { sources: ${sources} }\n`),
    });

    test('takes folders and repositories, and gives each its address', () => {
      const sources =
        '[{ folder: /articles, url: "https://wiki.example.com/{path}" }, { git: https://git.example.com/kb.git, branch: main, every: 1h, below: docs, url: "https://wiki.example.com/{pageId}", tokenVariable: KB_TOKEN, drafts: true }]';
      const { knowledge } = readConfig({ ...withSources(sources), KB_TOKEN: 'secret' });
      expect(knowledge.sources).toEqual([
        { folder: '/articles', urlTemplate: 'https://wiki.example.com/{path}' },
        {
          folder: 'docs',
          remote: { url: 'https://git.example.com/kb.git', branch: 'main', token: expect.any(Function) },
          everyMilliseconds: 3_600_000,
          urlTemplate: 'https://wiki.example.com/{pageId}',
        },
      ]);
      expect(knowledge.sources[1]?.remote?.token?.()).toBe('secret');
      expect(knowledge.drafts).toBe(knowledge.sources[1]);
    });

    test.each([
      ['[{ url: "https://wiki.example.com/{path}" }]', 'Name a folder or a git repository.'],
      ['[{ folder: /a, branch: main }]', 'Only a git repository has branch.'],
      ['[{ folder: /a, url: "https://wiki.example.com/" }]', 'Put {path}, {id}, {slug}, {pageId}'],
      ['[{ folder: /a, url: "https://wiki.example.com/{page}" }]', 'An address is made of {path}'],
      ['[{ folder: /a, url: "javascript:alert({id})" }]', 'begins with https://'],
      ['[{ git: "git@example.com:kb.git" }]', 'as https://, ssh:// or file://'],
      ['[{ git: "https://example.com/kb.git", every: 10s }]', 'at most once a minute'],
      ['[{ git: "https://example.com/kb.git", tokenFile: /t, tokenVariable: T }]', 'not both'],
      [
        '[{ git: "https://example.com/a.git", drafts: true }, { git: "https://example.com/b.git", drafts: true }]',
        'one repository only',
      ],
    ])('refuses %s and says what to write', (sources, says) => {
      expect(complaint(withSources(sources))).toContain(says);
    });
  });
});
