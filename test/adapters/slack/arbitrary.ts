import * as fc from 'fast-check';
import type { AccessRule } from '../../../src/core/access.ts';
import type { ClusterReport } from '../../../src/core/cluster-report.ts';
import type { ProposalState } from '../../../src/core/record.ts';
import type { ReportedFinding, ReportedRemedy, RunReport, Verdict } from '../../../src/core/run.ts';
import type { Screen } from '../../../src/core/screen.ts';
import { decision, doneScreen, finding, fleetScreen, proposal, remedy, report, runScreen } from './samples.ts';

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
  some(text, 30).map((because) => ({ is: 'void' as const, decision, because })),
  fc
    .record({
      outcome: fc.constantFrom(
        'resolved' as const,
        'not-resolved' as const,
        'unknown' as const,
        'stopped' as const,
        'nothing-done' as const,
      ),
      says: text,
      done: some(text, 60),
      before: some(measurement, 30),
      after: some(measurement, 30),
    })
    .map((made) => ({
      is: 'done' as const,
      decision,
      proof: { ...made, startedAt: decision.at, finishedAt: decision.at },
    })),
);

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
    })
    .map(({ state, whoMay, ...made }) => ({
      ...doneScreen,
      whoMay,
      state,
      proposal: {
        ...proposal,
        ...made,
        dryRuns: made.dryRuns.map(({ cannot, ...run }) => (cannot === undefined ? run : { ...run, cannot })),
      },
    })),
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
    .record({ tone: fc.constantFrom('info' as const, 'good' as const, 'bad' as const), text })
    .map((made) => ({ screen: 'notice' as const, ...made })),
);
