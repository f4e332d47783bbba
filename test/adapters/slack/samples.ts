import type { Decision } from '../../../src/core/approval.ts';
import type { Freeze } from '../../../src/core/freeze.ts';
import type { Proposal } from '../../../src/core/proposal.ts';
import type { Review } from '../../../src/core/review.ts';
import type { ReportedFinding, ReportedRemedy, RunReport } from '../../../src/core/run.ts';
import type {
  AnswerScreen,
  EscalationScreen,
  FindingScreen,
  FleetScreen,
  HomeScreen,
  ProposalScreen,
  RunScreen,
} from '../../../src/core/screen.ts';

/** Screens as a run of the subnet playbook makes them, for the tests to vary. */
export const remedy: ReportedRemedy = {
  id: 'kube-ovn/hand-over-leadership',
  how: 'change',
  does: 'Deletes the leader pod of kube-ovn-controller, so that a healthy replica takes over.',
  risk: 'low',
  reversible: false,
  manual: false,
  allowed: true,
  effect: 'New subnets wait for about 20 seconds while leadership moves. Running traffic is not touched.',
  whenNotToUse: ['The other replicas log the same error.'],
  preconditions: [
    {
      asks: 'Is another replica Ready to take over?',
      holds: 'yes',
      because: '2 of 3 replicas are Ready besides the leader.',
    },
    {
      asks: 'Does GitOps own the Deployment?',
      holds: 'confirm',
      because: 'It has a label of Argo CD; a deleted pod comes back by itself.',
    },
  ],
  steps: [
    {
      does: 'Delete the pod kube-ovn-controller-0 in kube-system.',
      change: { change: 'delete-pod', namespace: 'kube-system', name: 'kube-ovn-controller-0', uid: 'uid-1' },
      settled: { until: 'object-gone', withinSeconds: 60 },
    },
  ],
  touches: { nodes: 0, pods: 1 },
};

export const manualRemedy: ReportedRemedy = {
  ...remedy,
  id: 'kube-ovn/free-addresses',
  how: 'manual',
  manual: true,
  does: 'Frees addresses that no pod uses any more.',
  steps: [{ does: 'List the IP objects of the subnet.' }, { does: 'Delete those whose pod is gone.' }],
};

export const finding: ReportedFinding = {
  code: 'kube-ovn/controller-leadership',
  title: 'The leader of kube-ovn-controller does not work',
  check: 'kube-ovn/controller-leadership',
  severity: 'critical',
  confidence: 0.9,
  confidenceBecause: 'The lease is held, and its holder has logged nothing but errors for 12 minutes',
  about: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kube-system', name: 'kube-ovn-controller' },
  says: 'The leader kube-ovn-controller-0 has not handled a subnet for 12 minutes.',
  evidence: [
    {
      from: 'log of kube-system/kube-ovn-controller-0',
      says: '38 lines say that the queue is stuck.',
      lines: Array.from(
        { length: 38 },
        (_, index) => `2026-01-05T09:${String(index).padStart(2, '0')}:00Z error handling subnet ovn-default`,
      ),
      outOf: 2114,
    },
    { from: 'Lease kube-system/kube-ovn-controller, spec.renewTime', says: 'It was renewed 3 s ago.' },
  ],
  causedBy: [],
  articles: [
    {
      id: 'kube-ovn/controller-leadership',
      title: 'When the leader is stuck',
      url: 'https://kb.example/controller-leadership',
      score: 1,
    },
  ],
  remedies: [remedy],
};

export const consequence: ReportedFinding = {
  ...finding,
  code: 'kube-ovn/subnet-not-ready',
  title: 'A subnet is not ready',
  check: 'kube-ovn/subnet-not-ready',
  severity: 'warning',
  about: { apiVersion: 'kubeovn.io/v1', kind: 'Subnet', name: 'ovn-default' },
  says: 'Subnet ovn-default has not been ready for 14 minutes.',
  evidence: [{ from: 'Subnet ovn-default, status.conditions[Ready]', says: 'Ready is False.' }],
  causedBy: ['kube-ovn/controller-leadership'],
  remedies: [manualRemedy],
};

export const report: RunReport = {
  schema: 'cluster-triage/run/v1',
  run: {
    id: 'run-1',
    playbook: 'subnet',
    cluster: 'prod-sh',
    target: { subnet: 'ovn-default' },
    startedAt: '2026-01-05T10:00:00Z',
    finishedAt: '2026-01-05T10:00:12Z',
  },
  platform: { kubernetes: { version: '1.34.2' }, kubeOvn: { namespace: 'kube-system', version: '1.13.0' } },
  verdicts: [
    {
      check: 'kube-ovn/controller-leadership',
      asks: 'Does the leader of kube-ovn-controller work?',
      is: 'found',
      measured: [],
    },
    {
      check: 'kube-ovn/subnet-not-ready',
      asks: 'Is every subnet ready?',
      is: 'found',
      measured: [{ what: 'ready subnets', is: '3 of 4' }],
    },
    { check: 'workload/dns', asks: 'Does DNS answer?', is: 'clear', measured: [] },
    {
      check: 'kube-ovn/nodes',
      asks: 'Does every node have a route?',
      is: 'unknown',
      because: 'Could not list nodes: forbidden.',
      measured: [],
    },
  ],
  findings: [finding, consequence],
  reads: { requests: 14, objects: 320, bytes: 412_000 },
};

export const runScreen: RunScreen = {
  screen: 'run',
  run: 'run-1',
  playbook: { id: 'subnet', title: 'A subnet is not ready' },
  cluster: 'prod-sh',
  environment: 'production',
  target: { subnet: 'ovn-default' },
  requestedBy: { id: 'U0ANACHEN1', name: 'ana' },
  state: 'finished',
  progress: { done: 4, total: 4, looking: [] },
  report,
  offers: [{ is: 'to-decide', does: 'Delete the leading controller', link: 'https://team.slack.example/p1' }],
  fixes: [],
};

export const runningScreen: RunScreen = {
  ...runScreen,
  state: 'running',
  report: undefined,
  offers: [],
  progress: { done: 2, total: 4, looking: ['Is every subnet ready?'] },
};

export const findingScreen: FindingScreen = { screen: 'finding', run: 'run-1', finding, depth: 0 };

export const proposal: Proposal = {
  id: 'proposal-1',
  run: 'run-1',
  cluster: 'prod-sh',
  environment: 'production',
  playbook: { id: 'subnet', version: 1 },
  target: { subnet: 'ovn-default' },
  check: 'kube-ovn/controller-leadership',
  code: finding.code,
  about: finding.about,
  says: finding.says,
  remedy,
  dryRuns: [
    { change: 'delete Pod kube-system/kube-ovn-controller-0', diff: ['- metadata.name: "kube-ovn-controller-0"'] },
  ],
  digest: 'digest-1',
  requestedBy: 'U0ANACHEN1',
  offeredAt: '2026-01-05T10:00:12Z',
  expiresAt: '2026-01-05T10:30:12Z',
};

export const proposalScreen: ProposalScreen = {
  screen: 'proposal',
  proposal,
  state: { is: 'offered' },
  whoMay: 'A member of <!subteam^S0APPROVERS> may approve, but not the person who asked.',
};

export const freeze: Freeze = {
  id: 'freeze-1',
  scope: { kind: 'environment', name: 'production' },
  reason: 'db failover',
  by: { id: 'U0BOLARSEN', name: 'bo' },
  from: '2026-01-05T10:00:00Z',
  until: '2026-01-05T12:00:00Z',
};

export const escalationScreen: EscalationScreen = {
  screen: 'escalation',
  to: ['S0APPROVERS', 'U0BOLARSEN'],
  waited: '10 min',
  does: remedy.does,
  cluster: 'prod-sh',
  environment: 'production',
  expiresAt: '2026-01-05T10:30:12Z',
  link: 'https://workspace.example/archives/C0ONCALL00/p1',
};

export const homeScreen: HomeScreen = {
  approvals: [
    {
      cluster: 'prod-sh',
      environment: 'production',
      requestedBy: 'U0ANACHEN1',
      expiresAt: '2026-01-05T10:30:12Z',
      does: remedy.does,
      frozen: true,
      link: 'https://workspace.example/archives/C0ONCALL00/p1',
    },
  ],
  runs: [
    {
      title: 'A subnet is not ready',
      cluster: 'prod-bj',
      requestedBy: { id: 'U0ANACHEN1', name: 'ana' },
      requestedAt: '2026-01-05T10:20:00Z',
      link: 'https://workspace.example/archives/C0ONCALL00/p2',
    },
  ],
  freezes: [{ freeze, clusters: ['prod-sh', 'prod-bj'] }],
  mitigations: [
    {
      cluster: 'prod-sh',
      permanent: 'Write the pod CIDR into the configuration that the cluster is made from.',
      owner: 'U0BOLARSEN',
      dueAt: '2026-01-05T09:00:00Z',
      overdue: true,
      link: 'https://workspace.example/archives/C0ONCALL00/p3',
    },
  ],
  clusters: [
    { name: 'prod-sh', environment: 'production', mode: 'remediate', runs: 0, frozen: true },
    { name: 'prod-bj', environment: 'production', mode: 'observe', runs: 1, frozen: false },
  ],
  unknown: {},
};

export const fleetScreen: FleetScreen = {
  screen: 'fleet',
  playbook: { id: 'subnet', title: 'A subnet is not ready' },
  selected: 'every cluster of production',
  target: {},
  requestedBy: { id: 'U0ANACHEN1' },
  state: 'finished',
  rows: [
    {
      cluster: 'prod-sh',
      environment: 'production',
      run: 'run-1',
      state: 'finished',
      outcome: 'found',
      severity: 'critical',
      code: finding.code,
      says: finding.says,
      address: 'https://chat.example/archives/C0ONCALL00/p1',
    },
    {
      cluster: 'prod-xa',
      environment: 'production',
      run: 'run-2',
      state: 'finished',
      outcome: 'unknown',
      says: '9 of 9 checks could not look. The API server does not answer.',
    },
    { cluster: 'prod-bj', environment: 'production', run: 'run-3', state: 'finished', outcome: 'clear' },
  ],
};

export const decision: Decision = {
  proposal: 'proposal-1',
  digest: 'digest-1',
  is: 'approved',
  by: 'U0BOLARSEN',
  at: '2026-01-05T10:05:00Z',
};

export const doneScreen: ProposalScreen = {
  ...proposalScreen,
  state: {
    is: 'done',
    decision,
    proof: {
      outcome: 'resolved',
      says: 'The same check came out clear twice, 60 s apart.',
      done: ['Deleted the pod kube-ovn-controller-0 in kube-system.'],
      before: [{ what: 'ready subnets', is: '3 of 4' }],
      after: [{ what: 'ready subnets', is: '4 of 4' }],
      startedAt: '2026-01-05T10:05:00Z',
      finishedAt: '2026-01-05T10:06:30Z',
    },
  },
};

export const openReview: Review = {
  proposal: 'proposal-1',
  run: 'run-1',
  cluster: 'prod-sh',
  environment: 'production',
  does: remedy.does,
  by: 'U0WEIZHANG',
  at: '2026-01-05T10:05:00Z',
  reason: 'Payments are down.',
  overridden: ['The policy "production" wants 2 different people to approve, and 1 has.'],
};

export const answerScreen: AnswerScreen = {
  screen: 'answer',
  question: 'subnet not ready <!channel>',
  language: 'en',
  hits: [
    {
      id: 'kube-ovn/subnet-not-ready',
      title: 'A kube-ovn subnet is not ready',
      url: 'https://triage.example/kb/kube-ovn/subnet-not-ready',
      readAt: 'https://triage.example/kb/kube-ovn/subnet-not-ready#mitigation',
      score: 0.82,
      worthShowing: true,
      because: [
        { asked: 'subnet', found: 'subnet' },
        { asked: 'ready', found: '就绪' },
      ],
      section: { anchor: 'mitigation', heading: 'Mitigation' },
      passage: 'Wait until the new leader has synchronised; it puts the subnet right by itself.',
      standing: { helped: 4, notHelpful: 0, verifiedFixes: 2 },
    },
  ],
};
