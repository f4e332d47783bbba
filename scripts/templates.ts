import { exportOf } from './indexes.ts';

const stemOf = (id: string) => id.split('/')[1] ?? '';

/** A check that runs: it finds a node that reports NetworkUnavailable. The author replaces what it looks at. */
export function checkTemplate(id: string): string {
  return `import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { list } from '../../../src/core/read.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import { Node } from '../../kinds/kubernetes.ts';

/** Say where the facts come from: an issue, a document, a source file with its version. */
export const ${exportOf(stemOf(id))} = defineCheck({
  id: '${id}',
  asks: 'Does every node report that its network is available?',
  appliesTo: () => true,
  reads: [list(Node)],
  findings: {
    '${id}': { severity: 'warning', title: 'A node reports that its network is not available' },
  },
  remedies: [],
  settings: z.strictObject({}),
  async look({ cluster }) {
    const nodes = await cluster.list(Node);
    const cut = nodes.filter(({ status }) =>
      status.conditions.some(({ type, status: is }) => type === 'NetworkUnavailable' && is === 'True'),
    );
    return {
      measured: [{ what: 'Nodes whose network is available', is: \`\${nodes.length - cut.length} of \${nodes.length}\` }],
      findings: cut.map((node) => ({
        code: '${id}' as const,
        about: referenceTo(node),
        says: \`The node \${node.metadata.name} reports that its network is not available.\`,
        confidence: [0.9, 'The node says so itself.'] as const,
        evidence: [
          {
            from: \`Node \${node.metadata.name}, status.conditions[NetworkUnavailable]\`,
            says: 'The condition is True.',
          },
        ] as const,
        remedies: [],
      })),
    };
  },
});
`;
}

export function checkTestTemplate(id: string): string {
  return `import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

describe('${id}', () => {
  test('finds a node that reports that its network is not available', async () => {
    const { finding } = await look('${id}', 'found');
    expect(finding().about.name).toBe('node-2');
  });

  test('stays clear when every node reports that its network is available', async () => {
    const { verdict } = await look('${id}', 'clear');
    expect(verdict.is).toBe('clear');
  });
});
`;
}

export function worldTemplate(id: string, found: boolean): string {
  const node = (name: string, unavailable: boolean) => `  - apiVersion: v1
    kind: Node
    metadata: { name: ${name} }
    status:
      conditions:
        - { type: NetworkUnavailable, status: "${unavailable ? 'True' : 'False'}", lastTransitionTime: 2026-01-05T09:50:00Z }
        - { type: Ready, status: "True", lastTransitionTime: 2026-01-05T09:00:00Z }
`;
  return `now: 2026-01-05T10:00:00Z
title: ${found ? 'One of two nodes reports that its network is not available' : 'Both nodes report that their network is available'}
objects:
${node('node-1', false)}${node('node-2', found)}expect:
  found: [${found ? id : ''}]
`;
}

export function articleTemplate(id: string, language: 'en' | 'zh'): string {
  const texts = {
    en: {
      title: 'A node reports that its network is not available',
      Meaning: 'What the finding says, and how the fault comes about.',
      Impact: 'Who notices, and what goes on working.',
      Diagnosis: 'The commands that show it, and the look-alikes.',
      Mitigation: 'The least invasive fix first.',
      Prevention: 'The version or the setting with which it does not come back.',
    },
    zh: {
      title: '节点报告网络不可用',
      Meaning: '该结论的含义，以及故障如何产生。',
      Impact: '谁会受到影响，哪些仍然正常。',
      Diagnosis: '能看到该故障的命令，以及容易混淆的情况。',
      Mitigation: '从影响最小的修复开始。',
      Prevention: '不再出现该故障的版本或配置。',
    },
  }[language];
  const { title, ...sections } = texts;
  const body = Object.entries(sections).map(([heading, text]) => `\n## ${heading}\n\n${text}\n`);
  return `---
title: ${title}
findings: [${id}]
products: []
versions: all
---

\`${id}\`
${body.join('')}`;
}

export function playbookTemplate(id: string): string {
  return `import { definePlaybook } from '../src/core/playbook.ts';

export const ${exportOf(id)} = definePlaybook({
  id: '${id}',
  version: 1,
  title: 'One sentence that an on-call engineer would recognise.',
  symptoms: ['what the on-call engineer says'],
  takes: [],
  checks: [],
});
`;
}
