import type { Severity } from '../../../core/finding.ts';
import type { Proof, RunState } from '../../../core/record.ts';
import type { Precondition, Risk } from '../../../core/remedy.ts';
import { outcomeOf, type ReportedFinding, type RunReport, type Verdict } from '../../../core/run.ts';
import { count } from './limits.ts';

/** A sign and a word together: nobody has to know what a colour means, and `unknown` never looks like `clear`. */
export type Sign = { readonly sign: string; readonly word: string };

export const severities: Readonly<Record<Severity, Sign>> = {
  critical: { sign: '🔴', word: 'Critical' },
  warning: { sign: '🟠', word: 'Warning' },
  info: { sign: '🔵', word: 'Note' },
};

export const verdicts: Readonly<Record<Verdict['is'], Sign>> = {
  found: { sign: '🔴', word: 'Found' },
  unknown: { sign: '❔', word: 'Unknown' },
  clear: { sign: '🟢', word: 'Clear' },
  'not-applicable': { sign: '➖', word: 'Does not apply' },
};

export const guards: Readonly<Record<Precondition['holds'], Sign>> = {
  yes: { sign: '✅', word: 'Yes' },
  no: { sign: '⛔', word: 'No' },
  unknown: { sign: '❔', word: 'Unknown' },
  confirm: { sign: '⚠️', word: 'For you to confirm' },
};

export const risks: Readonly<Record<Risk, string>> = {
  none: 'There is no risk in it.',
  low: 'The risk is low.',
  medium: 'The risk is medium.',
  high: 'The risk is high.',
};

/** What came of a fix. */
export const outcomes: Readonly<Record<Proof['outcome'], Sign & { readonly says: string }>> = {
  resolved: { sign: '🟢', word: 'Resolved', says: 'The fix was made, and the same check came out clear afterwards.' },
  'not-resolved': {
    sign: '🔴',
    word: 'Not resolved',
    says: 'The fix was made, and the same check still finds the fault.',
  },
  unknown: { sign: '❔', word: 'Outcome unknown', says: 'Whether the fix helped could not be told.' },
  stopped: {
    sign: '✋',
    word: 'Stopped',
    says: 'The fix stopped before its end; nothing after the last step was done.',
  },
  'nothing-done': { sign: '➖', word: 'Nothing was done', says: 'Nothing was changed.' },
  undone: {
    sign: '↩️',
    word: 'Undone',
    says: 'The fix was taken back: its fields hold again what they held before it.',
  },
  'not-undone': {
    sign: '🔴',
    word: 'Not undone',
    says: 'The fix was to be taken back, and its fields do not hold what they held before it.',
  },
};

export function isOutcome(word: string | undefined): word is Proof['outcome'] {
  return word !== undefined && Object.hasOwn(outcomes, word);
}

/** How a run stands, as the first word of its message. A fault that was put right is not shown as open. */
export function runSign(state: RunState, report: RunReport | undefined, ended?: string): Sign {
  if (ended === 'resolved' && state === 'finished') return outcomes.resolved;
  if (state === 'queued') return { sign: '⏳', word: 'Waiting' };
  if (state === 'running') return { sign: '🔎', word: 'Looking' };
  if (state === 'cancelled') return { sign: '⏹️', word: 'Cancelled' };
  if (state === 'failed' || report === undefined) return { sign: '⛔', word: 'Failed' };
  const outcome = outcomeOf(report);
  if (outcome === 'found') return { sign: worst(report.findings).sign, word: 'Found' };
  return outcome === 'clear' ? verdicts.clear : verdicts.unknown;
}

function worst(findings: readonly ReportedFinding[]): Sign {
  if (findings.some(({ severity }) => severity === 'critical')) return severities.critical;
  return findings.some(({ severity }) => severity === 'warning') ? severities.warning : severities.info;
}

/** `2 found, 5 clear, 1 unknown.` Every verdict is counted; a kind that does not occur is not named. */
export function sayCounts(verdicts: readonly Verdict[]): string {
  const of = (is: Verdict['is']): number => verdicts.filter((verdict) => verdict.is === is).length;
  const parts = [
    [of('found'), 'found'],
    [of('unknown'), 'unknown'],
    [of('clear'), 'clear'],
    [of('not-applicable'), of('not-applicable') === 1 ? 'does not apply' : 'do not apply'],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return `${count(verdicts.length, 'check')}: ${said.length === 0 ? 'none was run' : said.join(', ')}.`;
}

/** A whole sentence out of a clause: capital first, full stop last. A name such as `kube-proxy` stays as it is written. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const capital = beginsWithName.test(trimmed) ? trimmed : trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…)]$/.test(capital) ? capital : `${capital}.`;
}

/** Lower case with a hyphen, dot, slash or digit in it: the name of an object or a product, not a word. */
const beginsWithName = /^[a-z][a-z0-9]*(?:[-./][a-z0-9]|[0-9])/;

export function percent(confidence: number): string {
  return `${Math.round(confidence * 100)} %`;
}
