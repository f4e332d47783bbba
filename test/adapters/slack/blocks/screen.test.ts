import { describe, expect, test } from '@jest/globals';
import { renderScreen, renderShorter } from '../../../../src/adapters/slack/blocks/screen.ts';
import type { AccessRule } from '../../../../src/core/access.ts';
import type { ClusterReport } from '../../../../src/core/cluster-report.ts';
import type { ProposalScreen, Screen } from '../../../../src/core/screen.ts';
import { hostile } from '../arbitrary.ts';
import {
  consequence,
  decision,
  doneScreen,
  finding,
  findingScreen,
  fleetScreen,
  proposal,
  proposalScreen,
  remedy,
  report,
  runningScreen,
  runScreen,
} from '../samples.ts';
import { outline, textsOf } from './outline.ts';

const rule: AccessRule = { namespace: undefined, apiGroups: ['kubeovn.io'], resources: ['subnets'], verbs: ['list'] };
const shown = (screen: Screen): string => outline(renderScreen(screen));

describe('the table of a fleet run', () => {
  const rendered = renderScreen(fleetScreen);
  const table = rendered.blocks.find(({ type }) => type === 'table');

  test('says how many clusters are what, and opens each run from its row', () => {
    expect(rendered.text).toContain(
      '🔴 Found: A subnet is not ready · 3 clusters. 3 clusters: 1 with findings, 1 unknown, 1 clear.',
    );
    const text = JSON.stringify(table);
    expect(text).toContain('"url":"https://chat.example/archives/C0ONCALL00/p1"');
    for (const words of ['❔ Unknown', '9 of 9 checks could not look', '🟢 Clear']) expect(text).toContain(words);
  });

  test('becomes lines, with every cluster counted, where Slack takes no table', () => {
    const { blocks } = renderShorter(fleetScreen);
    const text = JSON.stringify(blocks);
    for (const words of ['1 unknown', '🔴 prod-sh: Found.', '❔ prod-xa: Unknown.']) expect(text).toContain(words);
    expect(blocks.map(({ type }) => type)).toEqual(['section']);
  });

  test('of very many clusters keeps the worst and counts the rest', () => {
    const [worst, unknown, clear] = fleetScreen.rows;
    const many = Array.from({ length: 250 }, (_, index) => ({ ...clear!, cluster: `cluster-${index}` }));
    const text = JSON.stringify(renderScreen({ ...fleetScreen, rows: [worst!, unknown!, ...many] }).blocks);
    expect(text).toContain('prod-sh');
    expect(text).toMatch(/\d+ more clusters are not in the table: \d+ clusters: \d+ clear\./);
  });

  test('counts a cluster as resolved when a fix in its thread helped', () => {
    const [worst, ...others] = fleetScreen.rows;
    const { text } = renderScreen({ ...fleetScreen, rows: [{ ...worst!, fixed: 'resolved' }, ...others] });
    expect(text).toContain('3 clusters: 1 resolved, 1 unknown, 1 clear.');
  });

  test('is not called finished while clusters are looked at', () => {
    const rows = fleetScreen.rows.map(({ cluster, environment, run }) => ({
      cluster,
      environment,
      run,
      state: 'waiting' as const,
    }));
    const { text } = renderScreen({ ...fleetScreen, state: 'running', rows });
    expect(text).toContain(
      '🔎 Looking: A subnet is not ready · 3 clusters. 3 clusters: 3 not looked at to the end yet.',
    );
  });
});

describe('the registered clusters', () => {
  const report: ClusterReport = {
    name: 'prod-sh',
    environment: 'production',
    labels: { region: 'sh' },
    mode: 'observe',
    policy: 'default',
    owners: ['S0APPROVERS'],
    reached: { is: 'yes', milliseconds: 42 },
    platform: { kubernetes: { version: 'v1.30.4' }, kubeOvn: { namespace: 'kube-system', version: 'v1.12.3' } },
    playbooks: [
      { playbook: 'certificates', is: 'complete', missing: [], because: [] },
      { playbook: 'subnet', is: 'missing', missing: [rule], because: [] },
      { playbook: 'ingress', is: 'unknown', missing: [], because: ['It could not be told: no answer within 15 s.'] },
    ],
    missing: [rule],
  };
  const away: ClusterReport = {
    ...report,
    name: 'prod-xa',
    reached: { is: 'unknown', because: 'nothing listens there' },
    platform: undefined,
    playbooks: [],
    missing: [],
  };

  test('are listed with what is not known first', () => {
    expect(shown({ screen: 'clusters', reports: [report, away], isDetailed: false })).toMatchSnapshot();
  });

  test('are shown one by one with the exact rules to add', () => {
    expect(shown({ screen: 'clusters', reports: [report], isDetailed: true })).toMatchSnapshot();
  });

  test('never look complete when they do not answer', () => {
    const text = shown({ screen: 'clusters', reports: [away], isDetailed: true });
    expect(text).toContain('❔ Unknown: prod-xa');
    expect(text).not.toContain('🟢');
  });
});

describe('the owners of a cluster', () => {
  test('are named where something is wrong with it, and not where all is clear', () => {
    const owners = ['U0ANACHEN1', 'S0APPROVERS'];
    expect(JSON.stringify(renderScreen({ ...runScreen, owners }))).toContain(
      'Owned by <@U0ANACHEN1>, <!subteam^S0APPROVERS>.',
    );
    const verdicts = report.verdicts.filter(({ is }) => is === 'clear');
    const clear = { ...runScreen, owners, report: { ...report, verdicts, findings: [] }, fixes: [] };
    expect(JSON.stringify(renderScreen(clear))).not.toContain('Owned by');
  });
});

describe('the root message', () => {
  test('of a running run says how far it is and what it looks at', () => {
    expect(shown(runningScreen)).toMatchSnapshot();
  });

  test('of a finished run puts the root cause first, then counts and what waits', () => {
    expect(shown(runScreen)).toMatchSnapshot();
  });

  test('never calls a run clear that could not look everywhere', () => {
    const verdicts = report.verdicts.filter(({ is }) => is !== 'found');
    const text = shown({ ...runScreen, report: { ...report, verdicts, findings: [] }, fixes: [] });
    expect(text).toContain('❔ Unknown: A subnet is not ready');
    expect(text).toContain('Nothing was found, but 1 check could not look: this is not an all-clear.');
    expect(text).not.toContain('🟢');
  });

  test('says clear when every check that applies came out clear', () => {
    const verdicts = report.verdicts.filter(({ is }) => is === 'clear');
    expect(shown({ ...runScreen, report: { ...report, verdicts, findings: [] }, fixes: [] })).toContain('🟢 Clear');
  });

  test('says why a run failed', () => {
    const text = shown({
      ...runScreen,
      state: 'failed',
      report: undefined,
      because: 'The cluster did not answer',
      fixes: [],
    });
    expect(text).toContain('⛔ Failed');
    expect(text).toContain('The cluster did not answer.');
  });

  test('of a fault that was put right says resolved', () => {
    const text = shown({ ...runScreen, fixes: ['done'], outcome: 'resolved' });
    expect(text).toContain('🟢 Resolved: A subnet is not ready');
    expect(text).toContain('1 fix has ended.');
  });
});

describe('a finding', () => {
  test('shows the newest lines, and of how many', () => {
    expect(shown(findingScreen)).toMatchSnapshot();
  });

  test('that is a consequence says of what, and what a person can do by hand', () => {
    expect(shown({ ...findingScreen, finding: consequence, depth: 1 })).toMatchSnapshot();
  });

  test('links only to web addresses', () => {
    const articles = [
      { id: 'a', title: 'Runs a script', url: 'javascript:alert(1)', score: 1 },
      { id: 'b', title: 'A page', url: 'https://kb.example/b', score: 1 },
    ];
    const text = shown({ ...findingScreen, finding: { ...finding, articles } });
    expect(text).not.toContain('javascript:');
    expect(text).toContain('A page -> https://kb.example/b');
  });

  test('shows fewer lines rather than fewer things when there is too much of it', () => {
    const evidence = Array.from({ length: 8 }, (_, index) => ({
      from: `log of pod-${index}`,
      says: 'It repeats an error.',
      lines: Array.from({ length: 400 }, (_each, line) => `line ${line} ${'x'.repeat(300)}`),
    }));
    const text = shown({ ...findingScreen, finding: { ...finding, evidence } });
    expect(text).toContain('6 of 400 lines shown. The full evidence is in the file in this thread.');
    expect(text).toContain('2 more sources of evidence.');
    expect(text).toContain('To read');
  });
});

describe('the verdicts', () => {
  test('name what could not be looked at before what is clear', () => {
    expect(shown({ screen: 'verdicts', report })).toMatchSnapshot();
  });

  test('say how many of very many checks are left out', () => {
    const verdicts = Array.from({ length: 120 }, (_, index) => ({
      check: `a/${index}`,
      asks: `Is part ${index} well?`,
      is: 'unknown' as const,
      because: `It could not be read: ${'forbidden '.repeat(20)}`,
      measured: [],
    }));
    const text = shown({ screen: 'verdicts', report: { ...report, verdicts } });
    expect(text).toContain('120 checks: 120 unknown.');
    expect(text).toContain('80 checks are left out because Slack would not take the whole message.');
  });
});

describe('the card of a fix', () => {
  test('shows what will be done, to what, and what else there is to know', () => {
    expect(shown(proposalScreen)).toMatchSnapshot();
  });

  test('asks once more with the cluster and the object before it approves', () => {
    const confirm = textsOf(renderScreen(proposalScreen).blocks.at(-1), 'plain_text').join(' ');
    expect(confirm).toContain('Change prod-sh?');
    expect(confirm).toContain('Pod kube-system/kube-ovn-controller-0');
    expect(confirm).toContain('It cannot be undone.');
  });

  test('that a guard refuses has no button, and says which guard first', () => {
    const preconditions = [
      { asks: 'Is nobody else changing it?', holds: 'yes' as const, because: 'No other fix runs.' },
      { asks: 'Is another replica Ready?', holds: 'unknown' as const, because: 'Could not list pods: forbidden.' },
    ];
    const text = shown({
      ...proposalScreen,
      proposal: { ...proposal, remedy: { ...remedy, allowed: false, preconditions } },
    });
    expect(text).toMatchSnapshot();
    expect(text).not.toContain('[actions]');
  });

  test('for what heals by itself offers to watch', () => {
    const wait = { ...remedy, how: 'wait' as const, steps: [{ does: 'The controller tries again every 5 minutes.' }] };
    const text = shown({ ...proposalScreen, proposal: { ...proposal, remedy: wait, dryRuns: [] } });
    expect(text).toContain('( Watch until it heals )');
    expect(text).not.toContain('( Approve )');
  });

  test('says when the API server could not try a change', () => {
    const dryRuns = [{ change: 'delete Pod a/b', diff: [], cannot: 'it takes no dry run' }];
    expect(shown({ ...proposalScreen, proposal: { ...proposal, dryRuns } })).toContain(
      '❔ The API server could not try it: It takes no dry run.',
    );
  });

  const ends: readonly [string, ProposalScreen['state'], string][] = [
    ['approved', { is: 'decided', decision }, 'Approved by <@U0BOLARSEN>'],
    [
      'denied',
      { is: 'decided', decision: { ...decision, is: 'denied', reason: 'Not during the release.' } },
      'Not during the release.',
    ],
    [
      'expired',
      { is: 'decided', decision: { ...decision, is: 'expired', by: 'house' } },
      'Nobody decided in time; nothing was done.',
    ],
    ['under way', { is: 'applying', decision, says: 'Step 1 of 1 is made.' }, 'Step 1 of 1 is made.'],
    ['void', { is: 'void', decision, because: ['The pod is another one.'] }, 'The pod is another one.'],
    ['done', doneScreen.state, 'ready subnets: 3 of 4 → 4 of 4'],
  ];
  test.each(ends)('that is %s says who and what, and takes no more clicks', (_name, state, expected) => {
    const text = shown({ ...proposalScreen, state });
    expect(text).toContain(expected);
    expect(text).not.toContain('[actions]');
  });

  test('that is done shows before and after', () => {
    expect(shown(doneScreen)).toMatchSnapshot();
  });

  test('keeps its buttons in the shorter form', () => {
    const text = outline(renderShorter(proposalScreen));
    expect(text).toContain('1. Delete the pod kube-ovn-controller-0 in kube-system.');
    expect(text).toContain('( Approve )');
    expect(text).toContain('( Deny )');
  });
});

test('hostile names and lines are shown as they are, without power', () => {
  const lines = [...hostile, 'x'.repeat(1_000_000)];
  const { blocks, text } = renderScreen({
    ...findingScreen,
    finding: {
      ...finding,
      says: hostile.join(' '),
      about: { ...finding.about, name: '<!channel>' },
      evidence: [{ from: '<@U1>', says: '```', lines }],
    },
  });
  expect(textsOf(blocks, 'text').join('\n')).toContain('<!channel>');
  expect(text).toContain('&lt;!channel&gt;');
  expect(textsOf(blocks, 'mrkdwn').join('')).not.toContain('<');
  expect(JSON.stringify(blocks)).not.toContain('hunter2');
});
