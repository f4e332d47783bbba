import { describe, expect, test } from '@jest/globals';
import type { Rendering } from '../../../../src/adapters/slack/blocks/compose.ts';
import { renderHome } from '../../../../src/adapters/slack/blocks/home.ts';
import { renderScreen, renderShorter } from '../../../../src/adapters/slack/blocks/screen.ts';
import type { AccessRule } from '../../../../src/core/access.ts';
import type { Change } from '../../../../src/core/change.ts';
import type { ClusterReport } from '../../../../src/core/cluster-report.ts';
import type { HomeScreen, ProposalScreen, Screen } from '../../../../src/core/screen.ts';
import { hostile } from '../arbitrary.ts';
import {
  answerScreen,
  consequence,
  decision,
  doneScreen,
  escalationScreen,
  finding,
  findingScreen,
  fleetScreen,
  freeze,
  homeScreen,
  openReview,
  proposal,
  proposalScreen,
  remedy,
  report,
  runningScreen,
  runScreen,
} from '../samples.ts';
import { triageCommand } from '../stage.ts';
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
    const text = shown({ ...runScreen, report: { ...report, verdicts, findings: [] }, offers: [] });
    expect(text).toContain('❔ Unknown: A subnet is not ready');
    expect(text).toContain('Nothing was found, but 1 check could not look: this is not an all-clear.');
    expect(text).not.toContain('🟢');
  });

  test('says clear when every check that applies came out clear', () => {
    const verdicts = report.verdicts.filter(({ is }) => is === 'clear');
    expect(shown({ ...runScreen, report: { ...report, verdicts, findings: [] }, offers: [] })).toContain('🟢 Clear');
  });

  test('says why a run failed', () => {
    const text = shown({
      ...runScreen,
      state: 'failed',
      report: undefined,
      because: 'The cluster did not answer',
      offers: [],
    });
    expect(text).toContain('⛔ Failed');
    expect(text).toContain('The cluster did not answer.');
  });

  test('of a fault that was put right says resolved', () => {
    const text = shown({ ...runScreen, offers: [], fixes: ['done'], outcome: 'resolved' });
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
    expect(text).toContain('4 of 400 lines shown. The full evidence is in the file in this thread.');
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

  test('does not promise that it heals by itself while a guard speaks against it', () => {
    const preconditions = [{ asks: 'Is its database there?', holds: 'no' as const, because: 'It is scaled to zero.' }];
    const wait = { ...remedy, how: 'wait' as const, steps: [], preconditions };
    const text = shown({ ...proposalScreen, proposal: { ...proposal, remedy: wait, dryRuns: [] } });
    expect(text).toContain('This may heal by itself on prod-sh');
    expect(text).toContain('Is its database there? No. It is scaled to zero.');
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
  test.each(ends)('that is %s says who and what, and takes no more decisions', (_name, state, expected) => {
    const text = shown({ ...proposalScreen, state });
    expect(text).toContain(expected);
    expect(text).not.toMatch(/\( (?:Approve|Deny|Watch)/);
  });

  const rules = {
    given: ['U0BOLARSEN'],
    wanted: 2,
    terms: ['Approved Mon to Fri 09:00–17:00 (UTC) only.'],
    breakGlass: true,
  };

  test('that wants two approvals says how many there are and by whom, and what else is to be kept to', () => {
    const text = shown({ ...proposalScreen, rules });
    expect(text).toContain('1 of 2 approvals: <@U0BOLARSEN>');
    expect(text).toContain('Approved Mon to Fri 09:00–17:00 (UTC) only.');
    expect(text).toContain('( Break glass … )');
    expect(shown({ ...proposalScreen, rules: { ...rules, given: [] } })).toContain('0 of 2 approvals so far.');
    expect(shown(proposalScreen)).not.toContain('Break glass');
  });

  test('that two people approved names both once it is decided', () => {
    const given = ['U0BOLARSEN', 'U0WEIZHANG'];
    const text = shown({ ...proposalScreen, rules: { ...rules, given }, state: { is: 'decided', decision } });
    expect(text).toContain('2 of 2 approvals: <@U0BOLARSEN>, <@U0WEIZHANG>');
  });

  test('that a rule no longer allows says which, and names the person in it', () => {
    const because = ['The policy "production" does not list <@U0BOLARSEN> as an approver.'];
    const text = shown({ ...proposalScreen, state: { is: 'void', decision, because, by: 'rules' } });
    expect(text).toContain('The rules do not allow it any more, so nothing was done.');
    expect(text).toContain('does not list @U0BOLARSEN as an approver.');
    expect(text).toContain('Run the playbook again for a new plan.');
  });

  test('that a limit refuses says which, and gives words of the cluster no power', () => {
    const because = ['Pod <@U0BOLARSEN> was changed less than 10m ago.'];
    const text = shown({ ...proposalScreen, state: { is: 'void', decision, because, by: 'limits' } });
    expect(text).toContain('A limit stands in the way, so nothing was done.');
    expect(text).toContain('Pod <@U0BOLARSEN> was changed');
  });

  test('for which the glass was broken says so, with the reason', () => {
    const broken = { ...decision, reason: 'Payments are down.', overrides: ['window' as const] };
    const text = shown({ ...proposalScreen, state: { is: 'decided', decision: broken } });
    expect(text).toContain('🚨 The glass was broken: rules were overridden.');
    expect(text).toContain('Payments are down.');
  });

  test('that is done shows before and after', () => {
    expect(shown(doneScreen)).toMatchSnapshot();
  });

  test('warns of what takes a change back before the guards, also in the shorter form', () => {
    const says = 'Flux wrote spec.replicas of Deployment kong/kong and writes its own value back.';
    const reversals = [
      { change: 'patch Deployment kong/kong', is: 'certain' as const, says },
      { change: 'patch ConfigMap kong/a', is: 'never' as const, says: 'Helm owns it, but leaves that as it is.' },
    ];
    const text = shown({ ...proposalScreen, proposal: { ...proposal, reversals } });
    expect(text).toContain(`⚠️ It will be taken back.  ${says}`);
    expect(text.indexOf('taken back')).toBeLessThan(text.indexOf('Guards'));
    expect(text).toContain('Helm owns it, but leaves that as it is.');
    expect(outline(renderShorter({ ...proposalScreen, proposal: { ...proposal, reversals } }))).toContain(says);
  });

  test('says for each kind of change how many there are, and of a wait that it changes nothing', () => {
    const pod = { namespace: 'a', name: 'b', uid: 'u' };
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      plural: 'configmaps',
      name: 'c',
      uid: 'u',
      resourceVersion: '1',
    };
    const changes: Change[] = [
      { change: 'patch-object', ...object, patch: {} },
      { change: 'delete-pod', ...pod },
      { change: 'delete-pod', ...pod },
    ];
    const steps = changes.map((change) => ({ does: 'Do it.', change }));
    const card = (more: Partial<typeof remedy>) =>
      shown({ ...proposalScreen, proposal: { ...proposal, remedy: { ...remedy, ...more } } });
    expect(card({ steps, touches: { nodes: 2, pods: 2 } })).toContain(
      'It patches 1 object and deletes 2 pods, and touches 2 nodes and 2 pods. The risk is low. It cannot be undone.',
    );
    expect(card({ how: 'wait', steps: [], touches: { nodes: 0, pods: 0 }, risk: 'none' })).toContain(
      'It changes nothing, and touches no node and no pod. There is no risk in it.',
    );
  });

  test('on a frozen cluster says so on top, who, why and until when, and keeps its buttons', () => {
    const text = shown({ ...proposalScreen, freeze });
    expect(text.split('\n').slice(3, 8)).toMatchSnapshot();
    expect(text).toContain('( Approve )');
  });

  test('that a freeze has stopped says who froze it and until when', () => {
    if (doneScreen.state.is !== 'done') throw new Error('the sample is not done');
    const proof = { ...doneScreen.state.proof, outcome: 'nothing-done' as const, done: [], frozen: freeze };
    const text = shown({ ...doneScreen, state: { ...doneScreen.state, proof } });
    expect(text).toContain('❄️ <@U0BOLARSEN> froze it until <!date^1767614400^');
  });

  test('keeps its buttons in the shorter form', () => {
    const text = outline(renderShorter(proposalScreen));
    expect(text).toContain('1. Delete the pod kube-ovn-controller-0 in kube-system.');
    expect(text).toContain('( Approve )');
    expect(text).toContain('( Deny )');
  });
});

describe('a review', () => {
  test('is loud while it is open, and can be closed', () => {
    expect(shown({ screen: 'review', review: openReview })).toMatchSnapshot();
  });

  test('says what was found and by whom once it is closed, and takes no more clicks', () => {
    const closed = { by: 'U0BOLARSEN', at: '2026-01-05T11:00:00Z', says: 'It was right.' };
    const text = shown({ screen: 'review', review: { ...openReview, closed } });
    expect(text).toContain('☑️ Glass was broken on prod-sh (production), reviewed');
    expect(text).toContain('It was right.');
    expect(text).not.toContain('[actions]');
  });
});
test('the call to more people mentions groups and people, and links to the card', () => {
  const { blocks } = renderScreen(escalationScreen);
  expect(outline(renderScreen(escalationScreen))).toMatchSnapshot();
  expect(JSON.stringify(blocks)).toContain('"usergroup_id":"S0APPROVERS"');
  expect(JSON.stringify(blocks)).toContain('"user_id":"U0BOLARSEN"');
});

describe('the home tab', () => {
  const tab = (screen: HomeScreen | undefined) =>
    outline({ blocks: renderHome(screen, [triageCommand]).blocks as Rendering['blocks'], text: '' });

  test('shows what waits for the person, what runs, what is frozen, what will not last, the clusters, and what can be typed', () => {
    expect(tab(homeScreen)).toMatchSnapshot();
  });

  const empty = { approvals: [], runs: [], freezes: [], mitigations: [], clusters: [], unknown: {} };

  test('says that nothing waits, and nothing of freezes and mitigations when there are none', () => {
    const text = tab(empty);
    expect(text).toContain('No fix waits for your approval.');
    expect(text).toContain('Nothing runs at the moment.');
    expect(text).toContain('No cluster is registered.');
    expect(text).not.toMatch(/Frozen|Not permanent/);
  });

  test('never says that nothing waits when that is not known', () => {
    const unknown = { approvals: 'Whether a fix waits for you could not be found out just now.' };
    expect(tab({ ...empty, unknown })).not.toContain('No fix waits');
    expect(tab(undefined)).toContain('❔ What waits and what runs could not be found out just now.');
    expect(tab(undefined)).not.toContain('No fix waits');
  });

  test('says how many more there are than it shows', () => {
    const approvals = Array.from({ length: 40 }, () => homeScreen.approvals[0]!);
    expect(tab({ ...homeScreen, approvals })).toContain('30 more fixes wait. Ask for all of them with /approvals.');
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

describe('an answer from the articles', () => {
  test('names the article, the section that answers, why it was found, and what is known of it', () => {
    expect(shown(answerScreen)).toMatchSnapshot();
  });

  test('is given in the language of the question', () => {
    const text = shown({ ...answerScreen, question: '子网没有就绪', language: 'zh' });
    expect(text).toContain('下面的文章最符合。');
    expect(text).toContain('匹配：subnet，ready → 就绪');
    expect(text).toContain('4 次有帮助，2 次已验证的修复');
  });

  test('says that no article is sure, and what to ask with', () => {
    const hits = answerScreen.hits.map((hit) => ({ ...hit, worthShowing: false }));
    expect(shown({ ...answerScreen, hits })).toContain('No article is sure to answer');
  });

  test('says that there is none', () => {
    expect(shown({ ...answerScreen, hits: [] })).toContain('No article holds any of these words.');
  });
});
