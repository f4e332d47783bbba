import type { DraftLanguage } from '../core/draft.ts';

/** The few words of a draft that are not quoted from the records. */
export type DraftPhrases = {
  readonly headings: Readonly<
    Record<'issue' | 'environment' | 'cause' | 'resolution' | 'workaround' | 'diagnosis' | 'related', string>
  >;
  readonly alsoFound: string;
  readonly about: string;
  readonly cluster: (name: string, environment: string) => string;
  readonly root: string;
  readonly becauseOf: string;
  readonly sure: (percent: number) => string;
  readonly steps: string;
  readonly record: string;
  readonly measured: string;
  readonly columns: readonly [string, string, string];
  readonly notMeasured: string;
  readonly unchanged: (count: number) => string;
  readonly before: string;
  readonly notFor: string;
  readonly noWorkaround: string;
  readonly seen: string;
  readonly lines: (shown: number, total: number, read: number | undefined) => string;
  readonly events: Readonly<Record<string, string>>;
  readonly run: (id: string, playbook: string, at: string) => string;
  readonly code: string;
};

const en: DraftPhrases = {
  headings: {
    issue: 'Issue',
    environment: 'Environment',
    cause: 'Cause',
    resolution: 'Resolution',
    workaround: 'Workaround',
    diagnosis: 'Diagnostic Steps',
    related: 'Related Information',
  },
  alsoFound: 'The same run also found:',
  about: 'It is about',
  cluster: (name, environment) => `Cluster ${name} (${environment})`,
  root: 'No other finding of the run explains it.',
  becauseOf: 'The run found these causes, the nearest first:',
  sure: (percent) => `${percent} % sure:`,
  steps: 'What was done:',
  record: 'What was recorded:',
  measured: 'Before and after, as the same check measured it:',
  columns: ['Measured', 'Before', 'After'],
  notMeasured: 'not measured',
  unchanged: (count) => `${count} other measured ${count === 1 ? 'value' : 'values'} stayed the same.`,
  before: 'What was checked before:',
  notFor: 'Do not do this when:',
  noWorkaround: 'The run offered no other way.',
  seen: 'Where the run saw it:',
  lines: (shown, total, read) =>
    `${shown} of ${total} lines are shown${read === undefined ? '' : `; ${read} lines were read`}.`,
  events: {
    proposed: 'proposed',
    decided: 'decided',
    intended: 'about to be done',
    changed: 'done',
    'not-changed': 'not done',
    proved: 'proved',
  },
  run: (id, playbook, at) => `Run ${id} of the playbook ${playbook}, finished at ${at}`,
  code: 'Finding code',
};

const zh: DraftPhrases = {
  headings: {
    issue: '问题',
    environment: '环境',
    cause: '根本原因',
    resolution: '解决方案',
    workaround: '临时方案',
    diagnosis: '诊断步骤',
    related: '相关信息',
  },
  alsoFound: '同一次检查还发现：',
  about: '涉及对象：',
  cluster: (name, environment) => `集群 ${name}（${environment}）`,
  root: '本次检查的其他发现都不能解释它，它是根因。',
  becauseOf: '本次检查找到的原因，由近及远：',
  sure: (percent) => `把握 ${percent} %：`,
  steps: '执行的操作：',
  record: '操作记录：',
  measured: '同一项检查在修复前后的测量值：',
  columns: ['测量项', '修复前', '修复后'],
  notMeasured: '未测量',
  unchanged: (count) => `另有 ${count} 个测量值没有变化。`,
  before: '操作前确认过：',
  notFor: '以下情况不要这样做：',
  noWorkaround: '本次检查没有给出其他办法。',
  seen: '依据：',
  lines: (shown, total, read) => `共 ${total} 行，显示 ${shown} 行${read === undefined ? '' : `；读取了 ${read} 行`}。`,
  events: {
    proposed: '提出',
    decided: '决定',
    intended: '即将执行',
    changed: '已执行',
    'not-changed': '未执行',
    proved: '已验证',
  },
  run: (id, playbook, at) => `检查 ${id}，剧本 ${playbook}，完成于 ${at}`,
  code: '发现代码',
};

export const draftPhrases: Readonly<Record<DraftLanguage, DraftPhrases>> = { en, zh };
