import { Document, stringify } from 'yaml';
import { commands } from '../commands/index.ts';
import { playbooks } from '../playbooks/index.ts';
import { slackManifest } from '../src/adapters/slack/manifest.ts';
import { accessFor } from '../src/app/access.ts';
import type { Catalogue } from '../src/app/catalogue.ts';
import { accessManifests } from '../src/core/access.ts';

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

/** `docs/playbooks.md`: every playbook, its checks and what they find. */
export function playbooksDocument(): string {
  const lines = [
    '# Playbooks',
    '',
    'Made by `npm run generate` from the playbooks themselves.',
    ...playbooks.flatMap((playbook) => [
      '',
      `## ${playbook.id}`,
      '',
      `${playbook.title} On call one says: ${playbook.symptoms.map((symptom) => `"${symptom}"`).join(', ')}.`,
      ...(playbook.takes.length === 0 ? [] : ['', `Takes ${playbook.takes.map((key) => `\`${key}=\``).join(', ')}.`]),
      '',
      '| check | question | finds | fixes |',
      '|---|---|---|---|',
      ...playbook.checks.map((check) => {
        const finds = Object.entries(check.findings).map(
          ([code, kind]) => `[\`${code}\`](../knowledge/${code}.md) (${kind.severity})`,
        );
        const fixes = check.remedies.map(({ id, how }) => `\`${id}\` (${how})`);
        return `| \`${check.id}\` | ${check.asks} | ${finds.join('<br>')} | ${fixes.join('<br>')} |`;
      }),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
