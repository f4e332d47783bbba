import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { RunReport } from '../src/core/run.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const world = (name: string) => join(root, 'test/worlds/kube-ovn', `${name}.yaml`);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ended = { code: number; out: string; error: string };

async function triage(...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'src/cli.ts'), ...words],
      { cwd: folder, maxBuffer: 64 << 20 },
      (failed, out, error) => {
        resolve({ code: typeof failed?.code === 'number' ? failed.code : 0, out, error });
      },
    );
  });
}

describe('triage run', () => {
  test('ends with 1 and prints one JSON document when something was found', async () => {
    const { code, out, error } = await triage(
      'run',
      'subnet',
      '--world',
      world('subnet-not-ready/leader-change'),
      '--output',
      'json',
    );
    const report = RunReport.parse(JSON.parse(out));
    expect([code, error]).toEqual([1, '']);
    expect(report.findings[0]).toMatchObject({ code: 'kube-ovn/apiserver-timeouts', causedBy: [] });
    expect(report.findings.every(({ articles }) => articles.length > 0)).toBe(true);
  });

  test('ends with 0 when all is clear, and says what was looked at', async () => {
    const { code, out } = await triage('run', 'subnet', '--world', world('node-route-missing/all-there'));
    expect([code, out]).toEqual([0, expect.stringContaining('All clear.')]);
    expect(out).not.toContain('\u001B');
  });

  test('ends with 2 when nothing was found but something could not be looked at', async () => {
    const text = 'now: 2026-01-05T10:00:00Z\ntitle: Nobody answers\nunreachable: true\n';
    writeFileSync(join(folder, 'away.yaml'), text);
    const { code, out } = await triage('run', 'subnet', '--world', 'away.yaml');
    expect([code, out]).toEqual([2, expect.stringContaining('not everything could be looked at')]);
  });

  test('looks at what the world is about, as far as the playbook takes it, unless somebody says otherwise', async () => {
    const text =
      'now: 2026-01-05T10:00:00Z\ntitle: Nothing runs\ntarget: { subnet: ovn-default, namespace: shop }\nobjects: []\n';
    writeFileSync(join(folder, 'about.yaml'), text);
    const targetOf = async (...words: string[]) => {
      const { out } = await triage('run', ...words, '--world', 'about.yaml', '--output', 'json');
      return RunReport.parse(JSON.parse(out)).run.target;
    };
    expect(await targetOf('subnet')).toEqual({ subnet: 'ovn-default' });
    expect(await targetOf('all')).toEqual({ subnet: 'ovn-default', namespace: 'shop' });
    expect(await targetOf('subnet', '--target', 'node=w1')).toEqual({ node: 'w1' });
  });

  test.each([
    [['run'], 'Name one playbook.'],
    [['run', 'subent', '--world', 'x'], 'Did you mean subnet?'],
    [['run', 'subnet'], 'Use one of --kubeconfig FILE, --cluster NAME and --world FILE.'],
    [['run', 'subnet', '--world', 'no-such-file.yaml'], 'cannot be read'],
    [['run', 'subnet', '--cluster', 'prod-sh'], 'The configuration file triage.yaml cannot be read.'],
    [['run', 'subnet', '--world', 'x', '--target', 'subnet=../x'], 'lower case letters'],
    [['run', 'subnet', '--wrold', 'x'], "'--wrold'"],
    [['run', 'subnet', '--world', 'x', '--output', 'xml'], 'Use text or json.'],
    [['rbac'], '--mode observe or --mode remediate'],
    [['trigae'], 'There is no verb "trigae".'],
    [[], 'Usage:'],
  ])('ends with 64 for %j and says what to do', async (words, says) => {
    const { code, out, error } = await triage(...words);
    expect([code, out]).toEqual([64, '']);
    expect(error).toContain(says);
  });

  test('runs on a registered cluster', async () => {
    const config = { clusters: [{ name: 'prod-sh', connect: { world: world('node-route-missing/all-there') } }] };
    writeFileSync(join(folder, 'triage.yaml'), JSON.stringify(config));
    const { code, out } = await triage('run', 'subnet', '--cluster', 'prod-sh', '--output', 'json');
    rmSync(join(folder, 'triage.yaml'));
    expect([code, RunReport.parse(JSON.parse(out)).run.cluster]).toEqual([0, 'prod-sh']);
  });

  test('links the articles of a folder by the finding codes they name', async () => {
    writeFileSync(
      join(folder, 'ours.md'),
      '---\ntitle: Our own notes\nfindings: [kube-ovn/subnet-not-ready]\n---\n# Our own notes\n',
    );
    const { out } = await triage(
      'run',
      'subnet',
      '--world',
      world('subnet-not-ready/leader-change'),
      '--articles',
      folder,
      '--output',
      'json',
    );
    const finding = RunReport.parse(JSON.parse(out)).findings.find(({ code }) => code === 'kube-ovn/subnet-not-ready');
    expect(finding?.articles.map(({ title }) => title)).toContain('Our own notes');
  });
});

describe('triage clusters', () => {
  const one = (name: string, file: string) => ({ name, connect: { world: world(file) } });
  const withConfig = async (clusters: object[], ...words: string[]) => {
    writeFileSync(join(folder, 'triage.yaml'), JSON.stringify({ clusters }));
    const answer = await triage('clusters', ...words);
    rmSync(join(folder, 'triage.yaml'));
    return answer;
  };

  test('prints how every registered cluster stands, and exits by the worst of them', async () => {
    const away = { name: 'prod-xa', connect: { kubeconfig: '/nowhere' } };
    const sound = one('prod-sh', 'node-route-missing/all-there');
    const { code, out } = await withConfig([sound, away]);
    expect(code).toBe(2);
    expect(out).toMatch(
      /^prod-sh {2}complete\n[\s\S]*✔ subnet: may do everything it needs[\s\S]*^prod-xa {2}not known$/m,
    );
  });

  test('prints one of them as JSON', async () => {
    const { code, out } = await withConfig(
      [one('prod-sh', 'node-route-missing/all-there')],
      'prod-sh',
      '--output',
      'json',
    );
    expect([code, JSON.parse(out)]).toEqual([0, [expect.objectContaining({ name: 'prod-sh', missing: [] })]]);
  });
});

describe('triage rbac', () => {
  test('prints rules that only read for observe, and the declared writes for remediate', async () => {
    const verbs = async (mode: string) => {
      const { out } = await triage('rbac', '--playbook', 'subnet', '--mode', mode);
      const roles = parseAllDocuments(out).map((document) => document.toJS() as { rules?: { verbs: string[] }[] });
      return new Set(roles.flatMap(({ rules = [] }) => rules.flatMap((rule) => rule.verbs)));
    };
    expect([...(await verbs('observe'))].sort()).toEqual(['get', 'list']);
    expect([...(await verbs('remediate'))]).toContain('delete');
  });
});
