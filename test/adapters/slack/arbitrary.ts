import * as fc from 'fast-check';
import type { AccessRule } from '../../../src/core/access.ts';
import type { ClusterReport } from '../../../src/core/cluster-report.ts';
import type { Freeze } from '../../../src/core/freeze.ts';
import type { ProposalState } from '../../../src/core/record.ts';
import type { ReportedFinding, ReportedRemedy, RunReport, Verdict } from '../../../src/core/run.ts';
import type { HomeScreen, Screen } from '../../../src/core/screen.ts';
import {
  decision,
  doneScreen,
  finding,
  fleetScreen,
  freeze,
  openReview,
  proposal,
  remedy,
  report,
  runScreen,
} from './samples.ts';

/** What a hostile or merely unlucky cluster puts into names, annotations and log lines. */
export const hostile = [
  '<!channel> <@U1> <https://evil.example|click> & <',
  '```\n*bold* _it_ ~gone~ `code`',
  '\u001B[31mred\u001B[0m \u001B]8;;https://evil.example\u0007link',
  '\u202Egnp.exe \u0000\u0007',
  'Authorization: Bearer abcdef0123456789abcdef',
  'password=hunter2-hunter2',
  '\uD800 half of a pair, 子网未就绪 🌐',
  ' \n\t ',
  '&lt;!channel&gt; &amp;',
] as const;

/** Any text: often short, sometimes hostile, sometimes much too long. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(...hostile),
  fc.tuple(fc.constantFrom(...hostile), fc.integer({ min: 1, max: 120 })).map(([piece, times]) => piece.repeat(times)),
);

const some = <Item>(item: fc.Arbitrary<Item>, maxLength = 12): fc.Arbitrary<Item[]> =>
  fc.array(item, { maxLength, size: 'max' });
const number = fc.integer({ min: 0, max: 5_000 });
const measurement = fc.record({ what: text, is: text });
const about = fc.record({ apiVersion: text, kind: text, namespace: fc.option(text, { nil: undefined }), name: text });

const reportedRemedy: fc.Arbitrary<ReportedRemedy> = fc.record({
  id: text,
  how: fc.constantFrom('wait', 'change', 'manual'),
  does: text,
  risk: fc.constantFrom('none', 'low', 'medium', 'high'),
  reversible: fc.boolean(),
  manual: fc.boolean(),
  allowed: fc.boolean(),
  effect: text,
  whenNotToUse: some(text),
  preconditions: some(
    fc.record({ asks: text, holds: fc.constantFrom('yes', 'no', 'unknown', 'confirm'), because: text }),
    40,
  ),
  steps: some(
    fc.oneof(
      fc.record({ does: text }),
      fc.record({
        does: text,
        change: fc.record({ change: fc.constant('delete-pod' as const), namespace: text, name: text, uid: text }),
      }),
    ),
    60,
  ),
  touches: fc.record({ nodes: number, pods: number }),
});

const reportedFinding: fc.Arbitrary<ReportedFinding> = fc.record({
  code: text,
  title: text,
  check: text,
  severity: fc.constantFrom('critical', 'warning', 'info'),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  confidenceBecause: text,
  about,
  says: text,
  evidence: fc.array(
    fc.record({
      from: text,
      says: text,
      lines: fc.option(some(text, 50), { nil: undefined }),
      outOf: fc.option(number, { nil: undefined }),
    }),
    { minLength: 1, maxLength: 30, size: 'max' },
  ),
  causedBy: some(text),
  articles: some(fc.record({ id: text, title: text, url: fc.oneof(text, fc.webUrl()), score: fc.constant(1) })),
  remedies: some(reportedRemedy, 4),
});

const verdict: fc.Arbitrary<Verdict> = fc.record({
  check: text,
  asks: text,
  is: fc.constantFrom('clear', 'found', 'unknown', 'not-applicable'),
  because: fc.option(text, { nil: undefined }),
  measured: some(measurement),
});

const runReport: fc.Arbitrary<RunReport> = fc
  .record({
    verdicts: some(verdict, 70),
    findings: some(reportedFinding, 6),
    kubernetes: text,
  })
  .map(({ verdicts, findings, kubernetes }) => ({
    ...report,
    verdicts,
    findings,
    platform: { kubernetes: { version: kubernetes } },
  }));

const proposalState: fc.Arbitrary<ProposalState> = fc.oneof(
  fc.constant({ is: 'offered' as const }),
  fc
    .record({ is: fc.constantFrom('approved' as const, 'denied' as const, 'expired' as const), by: text, reason: text })
    .map((made) => ({ is: 'decided' as const, decision: { ...decision, ...made } })),
  text.map((says) => ({ is: 'applying' as const, decision, says })),
  fc
    .record({ because: some(text, 30), by: fc.constantFrom('rules' as const, 'limits' as const, undefined) })
    .map((made) => ({ is: 'void' as const, decision, ...made })),
  fc
    .record({
      outcome: fc.constantFrom(
        'resolved' as const,
        'not-resolved' as const,
        'unknown' as const,
        'stopped' as const,
        'nothing-done' as const,
        'undone' as const,
        'not-undone' as const,
      ),
      says: text,
      done: some(text, 60),
      before: some(measurement, 30),
      after: some(measurement, 30),
    })
    .map((made) => ({
      is: 'done' as const,
      decision,
      proof: { ...made, startedAt: decision.at, finishedAt: decision.at, frozen: freeze },
    })),
);

const frozen: fc.Arbitrary<Freeze> = fc
  .record({ kind: fc.constantFrom('cluster' as const, 'environment' as const), name: text, reason: text, by: text })
  .map(({ kind, name, reason, by }) => ({ ...freeze, scope: { kind, name }, reason, by: { id: by } }));
const maybe = <Item>(item: fc.Arbitrary<Item>) => fc.option(item, { nil: undefined });

/** A home tab with anything in it, and any number of things. */
export const homeScreen: fc.Arbitrary<HomeScreen> = fc.record({
  approvals: some(
    fc.record({
      cluster: text,
      environment: text,
      requestedBy: text,
      expiresAt: fc.constant(decision.at),
      does: text,
      frozen: fc.boolean(),
      link: maybe(fc.oneof(text, fc.webUrl())),
    }),
    40,
  ),
  runs: some(
    fc.record({
      title: text,
      cluster: text,
      requestedBy: text.map((id) => ({ id, name: id })),
      requestedAt: fc.constant(decision.at),
      link: maybe(fc.oneof(text, fc.webUrl())),
    }),
    40,
  ),
  freezes: some(fc.record({ freeze: frozen, clusters: some(text, 30) }), 30),
  mitigations: some(
    fc.record({
      cluster: text,
      permanent: text,
      owner: text,
      dueAt: fc.constant(decision.at),
      overdue: fc.boolean(),
      link: maybe(fc.oneof(text, fc.webUrl())),
    }),
    30,
  ),
  clusters: some(
    fc.record({
      name: text,
      environment: text,
      mode: fc.constantFrom('observe' as const, 'remediate' as const),
      runs: maybe(fc.nat(9)),
      frozen: maybe(fc.boolean()),
    }),
    60,
  ),
  unknown: fc.constantFrom({}, { approvals: 'Whether a fix waits for you could not be found out just now.' }),
});
const accessRule: fc.Arbitrary<AccessRule> = fc.record({
  namespace: fc.option(text, { nil: undefined }),
  apiGroups: some(text, 2),
  resources: some(text, 2),
  verbs: some(text, 3),
});

const clusterReport: fc.Arbitrary<ClusterReport> = fc
  .record({
    name: text,
    environment: text,
    labels: fc.dictionary(text, text, { maxKeys: 5 }),
    owners: some(text),
    reached: fc.oneof(
      number.map((milliseconds) => ({ is: 'yes' as const, milliseconds })),
      text.map((because) => ({ is: 'unknown' as const, because })),
    ),
    playbooks: some(
      fc.record({
        playbook: text,
        is: fc.constantFrom('complete' as const, 'missing' as const, 'unknown' as const, 'not-applicable' as const),
        missing: some(accessRule, 8),
        because: some(text, 3),
      }),
      10,
    ),
    missing: some(accessRule, 40),
  })
  .map((made) => ({ ...made, mode: 'observe', policy: 'default', platform: { kubernetes: { version: made.name } } }));
/** Every screen with anything in it. */
export const screen: fc.Arbitrary<Screen> = fc.oneof(
  fc
    .record({
      title: text,
      cluster: text,
      key: text,
      value: text,
      by: text,
      state: fc.constantFrom(
        'queued' as const,
        'running' as const,
        'finished' as const,
        'failed' as const,
        'cancelled' as const,
      ),
      looking: some(text, 30),
      done: number,
      total: number,
      report: fc.option(runReport, { nil: undefined }),
      because: fc.option(text, { nil: undefined }),
      outcome: fc.option(text, { nil: undefined }),
    })
    .map(({ title, cluster, key, value, by, looking, done, total, ...rest }) => ({
      ...runScreen,
      ...rest,
      playbook: { id: title, title },
      cluster,
      environment: cluster,
      target: { [key]: value },
      requestedBy: { id: by, name: by },
      progress: { done, total, looking },
    })),
  fc
    .record({ finding: reportedFinding, depth: number })
    .map((made) => ({ screen: 'finding' as const, run: finding.code, ...made })),
  runReport.map((made) => ({ screen: 'verdicts' as const, report: made })),
  fc
    .record({
      remedy: fc.oneof(reportedRemedy, fc.constant(remedy)),
      cluster: text,
      says: text,
      whoMay: text,
      about,
      dryRuns: some(
        fc.record({ change: text, diff: some(text, 100), cannot: fc.option(text, { nil: undefined }) }),
        30,
      ),
      state: proposalState,
      rules: fc.option(fc.record({ given: some(text), wanted: number, terms: some(text), breakGlass: fc.boolean() }), {
        nil: undefined,
      }),
      freeze: maybe(frozen),
      reversals: maybe(
        some(
          fc.record({
            change: text,
            is: fc.constantFrom('certain' as const, 'possible' as const, 'never' as const, 'unknown' as const),
            says: text,
          }),
        ),
      ),
      undo: fc.constantFrom('not-possible' as const, 'possible' as const, 'open' as const, 'undone' as const),
    })
    .map(({ state, whoMay, rules, freeze: held, undo, ...made }) => ({
      ...doneScreen,
      whoMay,
      freeze: held,
      undo,
      state,
      rules,
      proposal: {
        ...proposal,
        ...made,
        dryRuns: made.dryRuns.map(({ cannot, ...run }) => (cannot === undefined ? run : { ...run, cannot })),
      },
    })),
  fc
    .record({
      cluster: text,
      does: text,
      by: text,
      reason: text,
      overridden: some(text),
      closed: fc.option(fc.record({ by: text, says: text }), { nil: undefined }),
    })
    .map(({ closed, ...made }) => ({
      screen: 'review' as const,
      review: {
        ...openReview,
        ...made,
        ...(closed === undefined ? {} : { closed: { ...closed, at: '2026-01-05T11:00:00Z' } }),
      },
    })),
  fc
    .record({
      tone: fc.constantFrom('info' as const, 'good' as const, 'bad' as const),
      text,
      to: fc.array(fc.record({ id: fc.oneof(fc.constant('U0BOLARSEN'), text) }), { maxLength: 3 }),
    })
    .map((made) => ({ screen: 'notice' as const, ...made })),
  fc
    .record({
      rows: some(
        fc.record({
          cluster: text,
          environment: text,
          run: text,
          state: fc.constantFrom('waiting' as const, 'running' as const, 'finished' as const, 'failed' as const),
          outcome: fc.constantFrom(undefined, 'clear' as const, 'found' as const, 'unknown' as const),
          severity: fc.constantFrom(undefined, 'critical' as const, 'info' as const),
          says: fc.option(text, { nil: undefined }),
          address: fc.option(fc.oneof(text, fc.webUrl()), { nil: undefined }),
        }),
        130,
      ),
      selected: text,
      because: fc.option(text, { nil: undefined }),
      state: fc.constantFrom('running' as const, 'finished' as const, 'cancelled' as const),
    })
    .map((made) => ({ ...fleetScreen, ...made })),
  fc
    .record({
      reports: fc.array(clusterReport, { minLength: 1, maxLength: 80, size: 'max' }),
      isDetailed: fc.boolean(),
    })
    .map((made) => ({
      screen: 'clusters' as const,
      ...made,
    })),
  fc
    .record({
      to: some(fc.oneof(text, fc.constantFrom('S0APPROVERS', 'U0BOLARSEN')), 40),
      waited: text,
      does: text,
      cluster: text,
      environment: text,
      expiresAt: fc.constant(decision.at),
      link: maybe(fc.oneof(text, fc.webUrl())),
    })
    .map((made) => ({ screen: 'escalation' as const, ...made })),
  fc
    .record({
      question: text,
      language: fc.constantFrom('en' as const, 'zh' as const),
      hits: some(
        fc
          .record({
            id: text,
            title: text,
            url: text,
            readAt: text,
            passage: text,
            because: some(fc.record({ asked: text, found: text }), 6),
            section: fc.option(fc.record({ anchor: text, heading: text }), { nil: undefined }),
            worthShowing: fc.boolean(),
            score: fc.double({ min: 0, max: 1, noNaN: true }),
          })
          .map((made) => ({ ...made, standing: { helped: 4, notHelpful: 1, verifiedFixes: 2 } })),
        8,
      ),
    })
    .map((made) => ({ screen: 'answer' as const, ...made })),
  fc
    .record({
      name: text,
      firing: fc.boolean(),
      since: fc.oneof(fc.constant('2026-01-05T10:00:00.000Z'), text),
      until: fc.constantFrom(undefined, '2026-01-05T10:12:00.000Z'),
      times: fc.nat(),
      cluster: text,
      says: text,
      labels: fc.dictionary(text, text, { maxKeys: 60 }),
      source: fc.oneof(fc.constant(undefined), fc.constant('https://prometheus.example.com/graph'), text),
    })
    .map((made) => ({ screen: 'alert' as const, ...made })),
);
