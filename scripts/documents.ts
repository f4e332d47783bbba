import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Document, stringify } from 'yaml';
import { commands } from '../commands/index.ts';
import { playbooks } from '../playbooks/index.ts';
import { slackManifest } from '../src/adapters/slack/manifest.ts';
import { accessFor } from '../src/app/access.ts';
import type { Catalogue } from '../src/app/catalogue.ts';
import { accessManifests } from '../src/core/access.ts';
import type { Check } from '../src/core/check.ts';
import { resourceOf } from '../src/core/kind.ts';
import type { Place, Read } from '../src/core/read.ts';
import { upstreamIssues } from './upstream.ts';

const account = { name: 'cluster-triage', namespace: 'cluster-triage' };

/** The least-privilege manifests of all playbooks, one file per mode. */
export function accessDocument(catalogue: Catalogue, mode: 'observe' | 'remediate'): string {
  const manifests = accessManifests(accessFor(catalogue, { playbooks: [], mode }), {
    name: `cluster-triage-${mode}`,
    account,
  });
  const head = `# What cluster-triage may do in mode ${mode}, computed from what its playbooks declare.\n# Made by npm run generate; the same for your choice of playbooks: npm run -s triage -- rbac --mode ${mode} --playbook P\n`;
  return head + manifests.map((manifest) => `---\n${stringify(manifest)}`).join('');
}

/** The Slack app manifest for Socket Mode or HTTP. */
export function manifestDocument(mode: 'socket' | 'http'): string {
  const manifest = slackManifest({
    name: 'cluster-triage',
    description: 'Finds the cause of network faults on Kubernetes clusters and offers reviewed fixes.',
    commands,
    delivery: mode === 'socket' ? { mode } : { mode, url: 'https://triage.example.com/slack/events' },
  });
  const document = new Document(manifest);
  document.commentBefore = ' The Slack app of cluster-triage. Made by npm run generate from the commands.';
  return document.toString();
}

function sayPlace(place: Place): string {
  if (place === 'everywhere') return '';
  return 'namespace' in place ? ` in ${place.namespace}` : ` in the namespace of ${place.product}`;
}

function sayRead(read: Read): string {
  switch (read.read) {
    case 'list':
      return `\`${resourceOf(read.kind)}\``;
    case 'get':
      return `\`${resourceOf(read.kind)}\` ${read.names.map((name) => `\`${name}\``).join(', ')}${sayPlace(read.in)}`;
    case 'log':
      return `logs of pods${sayPlace(read.in)}`;
    case 'path':
      return `\`${read.path}\``;
    case 'proxy':
      return `\`${read.path}\` through \`${read.to}/proxy\`${sayPlace(read.in)}`;
  }
}

function articleOf(code: string): string {
  return readFileSync(fileURLToPath(new URL(`../knowledge/${code}.md`, import.meta.url)), 'utf8');
}

function rowOf(check: Check): string {
  const codes = Object.keys(check.findings);
  const finds = Object.entries(check.findings).map(
    ([code, { severity }]) =>
      `\`${code}\` (${severity}): [English](../knowledge/${code}.md), [中文](../knowledge/${code}.zh.md)`,
  );
  const reads = [...new Set(check.reads.map(sayRead))];
  const fixes = check.remedies.map(({ id, how }) => `\`${id}\` (${how})`);
  const upstream = [...new Set(codes.flatMap((code) => upstreamIssues(articleOf(code), check.id.split('/')[0] ?? '')))];
  return `| \`${check.id}\` | ${check.asks} | ${finds.join('<br>')} | ${reads.join('<br>')} | ${fixes.join('<br>')} | ${upstream.join(', ')} |`;
}

/** `docs/playbooks.md`: every playbook, its checks, what they find and read, their fixes, articles and upstream issues. */
export function playbooksDocument(): string {
  const lines = [
    '# Playbooks',
    '',
    'Made by `npm run generate` from the playbooks themselves.',
    ...playbooks.flatMap((playbook) => [
      '',
      `## ${playbook.id}`,
      '',
      `${playbook.title}. On call one says: ${playbook.symptoms.map((symptom) => `"${symptom}"`).join(', ')}.`,
      ...(playbook.takes.length === 0 ? [] : ['', `Takes ${playbook.takes.map((key) => `\`${key}=\``).join(', ')}.`]),
      '',
      '| check | question | finds | reads | fixes | upstream |',
      '|---|---|---|---|---|---|',
      ...playbook.checks.map(rowOf),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
